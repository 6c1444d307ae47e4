import type { Nanos } from '../../base/nanos.ts'

/** Requests that irtt's server accepts at once; it ignores those that come faster (docs/irtt.md, Evidence). */
const BURST = 5

/**
 * The requests of a session that its server accepts at any of its limits: it grants no interval below its minimum. One that left faster may have
 * been ignored.
 */
export class RequestAllowance {
  readonly #interval: Nanos
  #allowance = BURST
  #last: Nanos = -Infinity

  /** @param interval as granted */
  constructor(interval: Nanos) {
    this.#interval = interval
  }

  /** Whether the next request, which was sent at `sent`, is accepted if it arrives. */
  accepts(sent: Nanos): boolean {
    // It never left, or is no longer in the table of probes.
    if (!Number.isFinite(sent)) return false
    this.#allowance = Math.min(BURST, this.#allowance + (sent - this.#last) / this.#interval)
    this.#last = sent
    if (this.#allowance < 1) return false
    this.#allowance -= 1
    return true
  }
}
