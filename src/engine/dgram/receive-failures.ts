import { SECOND, type Nanos } from '../../base/nanos.ts'

/** Receives that fail for so long, without a datagram in between, are taken as failing for good. */
const MAX_FAILING: Nanos = SECOND

/**
 * Distinguishes receives that fail now and then from those that fail permanently. libuv tries a socket again at once for as long as it is readable, and
 * Node cannot keep it from that: so a socket that only fails has to be given up, or it takes all of a processor.
 */
export class ReceiveFailures {
  #since: Nanos | undefined

  /** Notes a failed receive; returns whether receives have failed for too long. */
  persist(now: Nanos): boolean {
    this.#since ??= now
    return now - this.#since >= MAX_FAILING
  }

  /** A datagram arrived. */
  reset(): void {
    this.#since = undefined
  }
}
