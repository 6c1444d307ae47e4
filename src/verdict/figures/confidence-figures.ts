import type { RunFacts } from '../../facts/run.ts'
import type { Analysis } from '../../ledger/analysis.ts'
import { clusteringOf } from '../../ledger/clustering.ts'
import { meanEstimate, percentileEstimate } from '../../ledger/delay-estimate.ts'
import type { Estimate } from '../../ledger/estimate.ts'
import { runSeries } from '../../ledger/run-series.ts'
import type { Result } from '../result.ts'

type Confidence = NonNullable<Result['confidence']>

/** In a longer series every second, fourth, … value is used: the intervals are narrow by then. */
const MOST_SAMPLES = 1 << 18

/** A longer run is not read probe by probe again: its percentiles come from histograms too. */
const MOST_PROBES = 2_000_000

/** The confidence intervals of a run, from its probes in sending order; undefined if some rows are retired or there are too many. */
export function confidenceFigures(facts: RunFacts, analysis: Analysis): Confidence | undefined {
  if (facts.clients.reduce((sum, client) => sum + client.scheduled, 0) > MOST_PROBES) return undefined
  const series = runSeries(facts, analysis)
  if (series === undefined) return undefined
  const delays = thinned(series.rtt)
  const clustering = Object.entries({
    loss: series.lost,
    truncated: series.truncated,
    corrupt: series.corrupt,
    duplicates: series.copied,
  }).map(([metric, values]) => [metric, clusteringOf(values)] as const)
  const intervals = [
    ['rtt.p50', percentileEstimate(delays, 0.5)],
    ['rtt.p90', percentileEstimate(delays, 0.9)],
    ['rtt.p99', percentileEstimate(delays, 0.99)],
    ['jitter', analysis.tally.sharesArrivals ? undefined : meanEstimate(series.variation)],
  ] as const
  return {
    clustering: Object.fromEntries(clustering.filter(([, factor]) => factor !== undefined)),
    intervals: Object.fromEntries(
      intervals.flatMap(([metric, estimate]) => (estimate === undefined ? [] : [[metric, bounds(estimate)]])),
    ),
  }
}

function bounds({ low, high }: Estimate): { readonly lowMs: number; readonly highMs?: number } {
  // A delay is never negative, even if the interval of its mean is.
  return { lowMs: Math.max(0, low), ...(high === Infinity ? {} : { highMs: high }) }
}

function thinned(values: Float64Array): Float64Array {
  const step = 2 ** Math.max(0, Math.ceil(Math.log2(values.length / MOST_SAMPLES)))
  return step <= 1 ? values : values.filter((_, index) => index % step === 0)
}
