import { drained, fits, type Depth } from '../base/answer-cap.ts'
import { SECOND, type Nanos } from '../base/nanos.ts'

/** New clients a second for each relay, after an initial burst that fills its table. */
const NEW_CLIENTS = 1000

/**
 * Token bucket for new clients of a relay: each costs a socket, and a sender that forges source addresses can create one per datagram. The
 * depth of the bucket is the size of the client table; it refills with 1000 a second.
 */
export class Admission {
  readonly #depth: Depth
  #used = 0
  #at: Nanos

  constructor(maxClients: number, now: Nanos) {
    const most = Math.max(maxClients, NEW_CLIENTS)
    this.#depth = { perNano: NEW_CLIENTS / SECOND, whole: most, open: most }
    this.#at = now
  }

  /** Admits one more client; false: the rate is exceeded. */
  take(now: Nanos): boolean {
    this.#used = drained(this.#depth, this.#used, now - this.#at)
    this.#at = now
    if (!fits(this.#depth, this.#used, 1, false)) return false
    this.#used += 1
    return true
  }
}
