import { toMs, type Nanos } from '../base/nanos.ts'

/** A run of at least two losses in send order: a time in which nothing arrived, not a single drop. */
export interface Outage {
  /** When the first lost probe was sent, ms since the run started. */
  readonly startMs: number
  /** From the first lost probe to the next answered one, or to the last lost one at the end of the run. */
  readonly lengthMs: number
  readonly lost: number
}

export interface LossPatternResult {
  /** The longest run of losses, in probes. */
  readonly longestRun: number
  /** Loss periods (RFC 3357 section 4.3): runs of at least one loss. */
  readonly runs: number
  /** The first 1000 outages. */
  readonly outages: readonly Outage[]
  readonly outagesOmitted: number
}

const OUTAGES_KEPT = 1000

/** Loss runs and outages of one client, from its probes in send order, in constant memory. */
export class LossPattern {
  #longestRun = 0
  #runs = 0
  readonly #outages: Outage[] = []
  #outagesOmitted = 0
  #run = 0
  #runStart: Nanos = 0
  #lastLost: Nanos = 0

  /** The next probe in send order; `sent` is ns since the run started. */
  push(lost: boolean, sent: Nanos): void {
    if (!lost) {
      if (this.#run >= 2) {
        if (this.#outages.length < OUTAGES_KEPT) this.#outages.push(this.#outage(sent))
        else this.#outagesOmitted++
      }
      this.#run = 0
      return
    }
    if (this.#run === 0) {
      this.#runs++
      this.#runStart = sent
    }
    this.#run++
    this.#lastLost = sent
    if (this.#run > this.#longestRun) this.#longestRun = this.#run
  }

  result(): LossPatternResult {
    const open = this.#run >= 2
    const room = this.#outages.length < OUTAGES_KEPT
    return {
      longestRun: this.#longestRun,
      runs: this.#runs,
      outages: open && room ? [...this.#outages, this.#outage(this.#lastLost)] : [...this.#outages],
      outagesOmitted: this.#outagesOmitted + (open && !room ? 1 : 0),
    }
  }

  #outage(end: Nanos): Outage {
    // The probes in a journal may have been sent in another order than their sequences.
    return { startMs: toMs(this.#runStart), lengthMs: toMs(Math.max(0, end - this.#runStart)), lost: this.#run }
  }
}
