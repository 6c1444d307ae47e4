import type { DelayStatistic } from './delay-summary.ts'
import { createFateCounts, type FateCounts } from './fate.ts'
import { LossPattern, type Outage } from './loss-pattern.ts'
import type { Side } from './classifier.ts'

/** Probes cut at one length, on one side. */
export interface Cut {
  readonly length: number
  readonly side: Side
  count: number
}

/** The account of some of a run's probes: all, those of one size, those of one client. */
export class Group {
  readonly fates: FateCounts = createFateCounts()
  readonly rtt: DelayStatistic
  duplicates = 0
  reordered = 0
  foreign = 0
  unidentified = 0
  longestRun = 0
  readonly outages: (Outage & { readonly client: number })[] = []
  outagesOmitted = 0
  readonly #cuts = new Map<string, Cut>()
  readonly #patterns = new Map<number, LossPattern>()

  constructor(rtt: DelayStatistic) {
    this.rtt = rtt
  }

  cut(length: number, side: Side): void {
    const key = `${length} ${side}`
    const known = this.#cuts.get(key)
    if (known === undefined) this.#cuts.set(key, { length, side, count: 1 })
    else known.count += 1
  }

  /** The losses of one client among these probes, in send order. */
  pattern(client: number): LossPattern {
    let pattern = this.#patterns.get(client)
    if (pattern === undefined) {
      pattern = new LossPattern()
      this.#patterns.set(client, pattern)
    }
    return pattern
  }

  /** Adds up the runs of losses of all clients. */
  closePatterns(): void {
    for (const [client, pattern] of this.#patterns) {
      const { longestRun, outages, outagesOmitted } = pattern.result()
      this.longestRun = Math.max(this.longestRun, longestRun)
      for (const outage of outages) this.outages.push({ ...outage, client })
      this.outagesOmitted += outagesOmitted
    }
    this.outages.sort((a, b) => a.startMs - b.startMs)
  }

  /** Most frequent first. */
  get cuts(): readonly Cut[] {
    return [...this.#cuts.values()].toSorted((a, b) => b.count - a.count || a.length - b.length)
  }
}
