import type { Nanos } from '../../base/nanos.ts'
import type { DelayDistribution, DelaySummary } from '../../ledger/delay-summary.ts'

/** Ratios of the percentiles by name; the maximum is the last of them. */
const PERCENTILES = new Map([
  ['p50', 0.5],
  ['p90', 0.9],
  ['p95', 0.95],
  ['p99', 0.99],
  ['p999', 0.999],
  ['max', 1],
])

/**
 * A figure of the delays of so many probes, of which those without a reply are infinite (RFC 7679 section 3.4). Percentiles and the
 * maximum count all probes (RFC 7679 section 5.1) and are Infinity where they fall among the lost; the minimum is never lost. Mean and
 * standard deviation are those of the delays that are finite (RFC 6049), if these are a majority.
 */
export function delayOfAll(statistic: DelayDistribution, figure: string, probes: number): Nanos | undefined {
  const p = PERCENTILES.get(figure)
  if (p !== undefined) return statistic.percentile(p, Math.max(probes, statistic.count))
  const summary = statistic.result()
  if (figure === 'min') return summary?.min
  return finiteOf(meanOrDeviation(summary, figure), statistic.count, probes)
}

/** A figure of the finite delays alone: Infinity where they are so few that the median of all probes is infinite. */
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
