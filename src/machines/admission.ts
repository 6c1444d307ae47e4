import { SECOND, type Nanos } from '../base/nanos.ts'

/** New clients a second for each relay, once as many as its table holds have come at once. */
const NEW_CLIENTS = 1000

/**
 * How many new clients a relay takes: each costs a socket, and whoever forges source addresses can have as many as it sends datagrams. At
 * once as many as the table holds, on average 1000 a second.
 */
export class Admission {
  readonly #most: number
  #left: number
  #at: Nanos

  constructor(maxClients: number, now: Nanos) {
    this.#most = Math.max(maxClients, NEW_CLIENTS)
    this.#left = this.#most
    this.#at = now
  }

  /** Takes one more; false: too many came. */
  take(now: Nanos): boolean {
    this.#left = Math.min(this.#most, this.#left + ((now - this.#at) / SECOND) * NEW_CLIENTS)
    this.#at = now
    if (this.#left < 1) return false
    this.#left -= 1
    return true
  }
}
