import type { Nanos } from '../base/nanos.ts'
import { summarizeDelays, type DelayStatistic, type DelaySummary } from './delay-summary.ts'
import { Moments } from './moments.ts'
import { percentileRank } from './percentile.ts'

/** A size or client without delays needs no memory for them. */
const NONE = new Float64Array(0)

/** Every delay of a run, 8 bytes each: exact percentiles (RFC 2330 section 11.3). */
export class Samples implements DelayStatistic {
  #values = NONE
  #sorted = true
  readonly #moments = new Moments()

  push(x: Nanos): void {
    const at = this.#moments.count
    if (at === this.#values.length) {
      const grown = new Float64Array(Math.max(64, at * 2))
      grown.set(this.#values)
      this.#values = grown
    }
    this.#values[at] = x
    this.#moments.push(x)
    this.#sorted = false
  }

  get count(): number {
    return this.#moments.count
  }

  percentile(p: number, population = this.count): Nanos | undefined {
    return this.count === 0 ? undefined : this.#ranked(percentileRank(p, population))
  }

  result(): DelaySummary | undefined {
    return summarizeDelays(this.#moments, p => this.#ranked(percentileRank(p, this.count)))
  }

  #ranked(rank: number): Nanos {
    if (rank > this.count) return Infinity
    // In place: nothing here depends on the order of arrival, and a copy would double the memory.
    if (!this.#sorted) this.#values.subarray(0, this.count).sort()
    this.#sorted = true
    return this.#values[rank - 1] ?? this.#moments.max
  }
}
