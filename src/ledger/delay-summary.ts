import type { Nanos } from '../base/nanos.ts'
import type { Moments } from './moments.ts'

/**
 * What is reported of a set of delays, in ns. Percentiles by RFC 2330 section 11.3: values that were seen, none
 * between.
 */
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
  /** Of the sample (n−1): undefined for a single one. */
  readonly stddev: Nanos | undefined
}

/** Delays that were taken, to read. Reading changes nothing. */
export interface DelayDistribution {
  readonly count: number
  /** Undefined without a sample. */
  result(): DelaySummary | undefined
  /**
   * The percentile `p` as a ratio (0.99), undefined without a sample. Of a larger population those without a sample count as infinite
   * (RFC 7679 section 5.1): the result is Infinity where the percentile falls among them.
   */
  percentile(p: number, population?: number): Nanos | undefined
}

/** Takes delays one by one: exactly (`Samples`) or in constant memory (`LogHistogram`). */
export interface DelayStatistic extends DelayDistribution {
  push(x: Nanos): void
}

/** Puts the summary together; `percentile` gives the value at a ratio. Undefined for an empty sample. */
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
