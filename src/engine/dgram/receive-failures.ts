import { SECOND, type Nanos } from '../../base/nanos.ts'
import { countReceiveError, type ReceiveErrors } from '../../facts/receive-errors.ts'
import type { Clock } from '../clock.ts'
import { errorNumber } from '../socket-error.ts'

/** Receives that fail for this time without a datagram in between are considered permanent failures. */
const MAX_FAILING: Nanos = SECOND

/**
 * Counts receives that fail, and distinguishes occasional failures from permanent ones. libuv retries at once as long as a socket is
 * readable, and Node cannot stop that. So a socket that only fails must be closed, or it uses a whole processor.
 */
export class ReceiveFailures {
  readonly #clock: Clock
  readonly #counts: ReceiveErrors
  readonly #giveUp: (error: Error) => void
  #since: Nanos | undefined

  constructor(clock: Clock, counts: ReceiveErrors, giveUp: (error: Error) => void) {
    this.#clock = clock
    this.#counts = counts
    this.#giveUp = giveUp
  }

  readonly failed = (error: Error): void => {
    countReceiveError(this.#counts, errorNumber(error))
    const now = this.#clock.now()
    this.#since ??= now
    if (now - this.#since >= MAX_FAILING) this.#giveUp(error)
  }

  /** A datagram arrived. */
  reset(): void {
    this.#since = undefined
  }
}
