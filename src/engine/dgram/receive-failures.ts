import { SECOND, type Nanos } from '../../base/nanos.ts'

/** Receives that fail for this time without a datagram in between are considered permanent failures. */
const MAX_FAILING: Nanos = SECOND

/**
 * Distinguishes occasional failures of receives from permanent ones. libuv retries at once as long as a socket is readable, and Node cannot
 * stop that. So a socket that only fails must be closed, or it uses a whole processor.
 */
export class ReceiveFailures {
  #since: Nanos | undefined

  /** Records a failed receive. Returns whether receives have failed for too long. */
  persist(now: Nanos): boolean {
    this.#since ??= now
    return now - this.#since >= MAX_FAILING
  }

  /** A datagram arrived. */
  reset(): void {
    this.#since = undefined
  }
}
