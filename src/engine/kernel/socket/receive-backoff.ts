import { MILLISECOND, type Nanos } from '../../../base/nanos.ts'
import { countReceiveError, type ReceiveErrors } from '../../../facts/receive-errors.ts'
import { EINTR } from '../system/abi.ts'

/** The shortest and the longest pause after a failed receive. */
const MIN_PAUSE: Nanos = MILLISECOND
const MAX_PAUSE: Nanos = 100 * MILLISECOND

/**
 * Backoff after a receive that the local kernel refused (ENOMEM). Arrived datagrams stay readable, so a loop that only waits for the socket
 * would retry at once.
 */
export class ReceiveBackoff {
  until: Nanos = -Infinity
  #pause = MIN_PAUSE

  /** Counts the error and starts a pause. An interrupted call (EINTR) is not an error. */
  failed(errors: ReceiveErrors, errno: number, now: Nanos): void {
    if (errno === EINTR) return
    countReceiveError(errors, errno)
    this.until = now + this.#pause
    this.#pause = Math.min(2 * this.#pause, MAX_PAUSE)
  }

  succeeded(): void {
    this.#pause = MIN_PAUSE
  }
}
