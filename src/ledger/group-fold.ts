import type { Side } from './classifier.ts'
import type { DelayStatistic } from './delay-summary.ts'
import { createFateCounts, type FateCounts } from './fate.ts'
import type { Cut } from './group.ts'
import { LossPattern, type LossPatternResult } from './loss-pattern.ts'

/** Counts of a group of a run's probes: all, those of one size, or those of one client. */
export class GroupFold {
  readonly fates: FateCounts = createFateCounts()
  readonly rtt: DelayStatistic
  duplicates = 0
  reordered = 0
  readonly #cuts = new Map<string, Cut>()
  readonly #patterns = new Map<number, LossPattern>()

  constructor(rtt: DelayStatistic) {
    this.rtt = rtt
  }

  cut(length: number, side: Side): void {
    const key = `${length} ${side}`
    this.#cuts.set(key, { length, side, count: (this.#cuts.get(key)?.count ?? 0) + 1 })
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

  /** The loss patterns of each client, if they were counted for this group alone. */
  get patterns(): readonly (readonly [client: number, losses: LossPatternResult])[] {
    return [...this.#patterns].map(([client, pattern]) => [client, pattern.result()])
  }

  /** Most frequent first. */
  get cuts(): readonly Cut[] {
    return [...this.#cuts.values()].toSorted((a, b) => b.count - a.count || a.length - b.length)
  }
}
