import { toMs, type Nanos } from '../base/nanos.ts'
import type { RunFacts } from '../facts/run.ts'
import { LogHistogram } from '../ledger/histogram.ts'
import { SettledCounts } from '../ledger/settled-counts.ts'

/** Counts of probes. */
export interface IntervalCounts {
  /** Probes that were handed to our kernel. */
  readonly sent: number
  /** First replies. */
  readonly replies: number
  /** Probes whose fate is known. */
  readonly settled: number
  /** Settled probes without a reply. A reply after the timeout takes its probe off again, so the number for an interval may be negative. */
  readonly lost: number
}

/** Round trips of the replies of an interval, ms; percentiles are within 1/256. */
interface IntervalRtt {
  readonly count: number
  readonly p50Ms: number
  readonly p99Ms: number
}

/** A run or a search of several rounds at the end of an interval. */
export interface IntervalReport {
  /** Since the begin. */
  readonly elapsedMs: number
  /** Since the begin. */
  readonly total: IntervalCounts
  /** Since the last report. */
  readonly interval: IntervalCounts & {
    readonly durationMs: number
    /** Absent: no reply. */
    readonly rtt?: IntervalRtt
  }
}

const NOTHING: IntervalCounts = { sent: 0, replies: 0, settled: 0, lost: 0 }

/**
 * Reports on a run in intervals while it goes on, in constant memory for `--summary`. Everything is counted in exactly one interval, so the
 * intervals add up to the totals.
 */
export class IntervalReporter {
  #facts: RunFacts | undefined
  #run: SettledCounts | undefined
  /** Counts of the rounds before this one. */
  #rounds = NOTHING
  /** Totals of the last report. */
  #reported = NOTHING
  #reportedMs = 0
  #rtt = new LogHistogram()

  /** A round of a search begins; the first one has number 0 and replaces everything before. Without rounds, the facts of another run replace those before. */
  beginRound(number: number): void {
    this.#rounds = number === 0 ? NOTHING : this.#total
    if (number === 0) this.#forget()
    this.#facts = undefined
    this.#run = undefined
  }

  /** Takes what became known by `now` (driver's clock) of a run. Call it at least once after the run has closed, and before pages are retired. */
  advance(facts: RunFacts, now: Nanos): void {
    if (this.#run === undefined || facts !== this.#facts) {
      // The run began again, for example with another address of a name.
      if (this.#run !== undefined) this.#forget()
      this.#facts = facts
      this.#run = new SettledCounts(facts, rtt => this.#rtt.push(rtt))
    }
    this.#run.advance(now)
  }

  /** The interval since the last report ends, `elapsedMs` after the begin. */
  report(elapsedMs: number): IntervalReport {
    const total = this.#total
    const rtt = this.#rtt
    const [p50, p99] = [rtt.percentile(0.5), rtt.percentile(0.99)]
    const interval = {
      durationMs: elapsedMs - this.#reportedMs,
      ...combined(total, this.#reported, (all, before) => all - before),
      ...(p50 === undefined || p99 === undefined
        ? {}
        : { rtt: { count: rtt.count, p50Ms: toMs(p50), p99Ms: toMs(p99) } }),
    }
    this.#reported = total
    this.#reportedMs = elapsedMs
    this.#rtt = new LogHistogram()
    return { elapsedMs, total, interval }
  }

  get #total(): IntervalCounts {
    if (this.#run === undefined) return this.#rounds
    const { sent, replies, settled, lost } = this.#run
    return combined(this.#rounds, { sent, replies, settled, lost }, (before, now) => before + now)
  }

  /** Counts of a run that begins again are those of no interval. */
  #forget(): void {
    this.#reported = this.#rounds
    this.#rtt = new LogHistogram()
  }
}

function combined(
  one: IntervalCounts,
  other: IntervalCounts,
  combine: (one: number, other: number) => number,
): IntervalCounts {
  return {
    sent: combine(one.sent, other.sent),
    replies: combine(one.replies, other.replies),
    settled: combine(one.settled, other.settled),
    lost: combine(one.lost, other.lost),
  }
}
