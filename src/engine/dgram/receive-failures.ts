import { SECOND, type Nanos } from '../../base/nanos.ts'

/** A kernel that refuses for so long, without one datagram between, will not change its mind soon. */
const MAX_FAILING: Nanos = SECOND

/**
 * Distinguishes receives that fail now and then from those that fail permanently. libuv tries a socket again at once for as long as it is readable, and
 * Node cannot keep it from that: so a socket that only fails has to be given up, or it takes all of a processor.
 */
export class ReceiveFailures {
  #since: Nanos | undefined

  /** A receive failed; whether they have failed for long. */
  persist(now: Nanos): boolean {
    this.#since ??= now
    return now - this.#since >= MAX_FAILING
  }

  /** A datagram came. */
  reset(): void {
    this.#since = undefined
  }
}
