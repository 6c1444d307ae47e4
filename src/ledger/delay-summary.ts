import type { Nanos } from '../base/nanos.ts'
import type { Moments } from './moments.ts'

/** Summary of a set of delays, in ns. Percentiles by RFC 2330 section 11.3: observed values, without interpolation. */
export interface DelaySummary {
  readonly count: number
  readonly min: Nanos
  readonly mean: Nanos
  readonly p50: Nanos
  readonly p90: Nanos
  readonly p95: Nanos
  readonly p99: Nanos
  readonly p999: Nanos
  readonly max: Nanos
  /** Of the sample (n−1): undefined for a single value. */
  readonly stddev: Nanos | undefined
}

/** A set of delays, read-only. */
export interface DelayDistribution {
  readonly count: number
  /** Undefined if there are no samples. */
  result(): DelaySummary | undefined
  /**
   * The percentile `p` as a ratio (0.99), undefined if there are no samples. In a larger population the others count as infinite (RFC 7679
   * section 5.1): the result is Infinity if the percentile is one of them.
   */
  percentile(p: number, population?: number): Nanos | undefined
}

/** Collects delays: exactly (`Samples`) or in constant memory (`LogHistogram`). */
export interface DelayStatistic extends DelayDistribution {
  push(x: Nanos): void
}

/** Makes the summary; `percentile` gives the value at a ratio. Undefined for an empty sample. */
export function summarizeDelays(moments: Moments, percentile: (p: number) => Nanos): DelaySummary | undefined {
  if (moments.count === 0) return undefined
  return {
    count: moments.count,
    min: moments.min,
    mean: moments.mean,
    p50: percentile(0.5),
    p90: percentile(0.9),
    p95: percentile(0.95),
    p99: percentile(0.99),
    p999: percentile(0.999),
    max: moments.max,
    stddev: moments.stddev,
  }
}
