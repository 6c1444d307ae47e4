import type { Nanos } from '../../base/nanos.ts'

/** Requests that a server of irtt accepts at once; it ignores those that come faster (docs/irtt.md, Evidence). */
const BURST = 5

/**
 * Which requests of a session a server accepts: one in each minimum interval, and BURST after a pause. It grants no interval below its minimum,
 * so to a client the granted one shows which of its requests left so fast that they may have been ignored.
 */
export class RequestAllowance {
  readonly #interval: Nanos
  #allowance = BURST
  #last: Nanos = -Infinity

  /** @param interval the minimum, or as granted; 0: none */
  constructor(interval: Nanos) {
    this.#interval = interval
  }

  /** Whether the next request, which was sent or arrived at `time`, is accepted. */
  accepts(time: Nanos): boolean {
    // It never left, or is no longer in the table of probes.
    if (!Number.isFinite(time)) return false
    if (this.#interval <= 0) return true
    this.#allowance = Math.min(BURST, this.#allowance + Math.max(0, time - this.#last) / this.#interval)
    this.#last = Math.max(this.#last, time)
    if (this.#allowance < 1) return false
    this.#allowance -= 1
    return true
  }
}
