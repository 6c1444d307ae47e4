import type { Nanos } from '../../base/nanos.ts'
import type { DelayDistribution, DelaySummary } from '../../ledger/delay-summary.ts'

/** Ratios of the percentiles by name; the last one is the maximum. */
const PERCENTILES = new Map([
  ['p50', 0.5],
  ['p90', 0.9],
  ['p95', 0.95],
  ['p99', 0.99],
  ['p999', 0.999],
  ['max', 1],
])

/**
 * A figure of the delays of all probes, where a probe without a reply counts as infinite (RFC 7679 section 3.4). Percentiles and the maximum
 * include all probes (RFC 7679 section 5.1) and are Infinity if they fall among the lost. Minimum, mean and standard deviation are those of the
 * finite delays (RFC 6049); mean and standard deviation only if these are a majority.
 */
export function delayOfAll(statistic: DelayDistribution, figure: string, probes: number): Nanos | undefined {
  const p = PERCENTILES.get(figure)
  if (p !== undefined) return statistic.percentile(p, Math.max(probes, statistic.count))
  const summary = statistic.result()
  if (figure === 'min') return summary?.min
  return finiteOf(meanOrDeviation(summary, figure), statistic.count, probes)
}

/** A figure of the finite delays; Infinity if they are so few that the median of all probes is infinite. */
export function finiteOf(figure: Nanos | undefined, samples: number, probes: number): Nanos | undefined {
  return figure !== undefined && 2 * samples < probes ? Infinity : figure
}

function meanOrDeviation(summary: DelaySummary | undefined, figure: string): Nanos | undefined {
  switch (figure) {
    case 'mean':
      return summary?.mean
    case 'stddev':
      return summary?.stddev
    default:
      return undefined
  }
}
