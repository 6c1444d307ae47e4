import {
  knownPercentileEstimate,
  knownVariationEstimate,
  meanEstimate,
  percentileEstimate,
} from '../ledger/delay-estimate.ts'
import type { DelaySeries } from '../ledger/delay-series.ts'
import type { Estimate } from '../ledger/estimate.ts'
import { shareEstimate } from '../ledger/wilson.ts'
import type { ComparedMetric } from './diff.ts'
import type { Result, ResultDelay } from './result.ts'

/** A run to be compared: its Result, and every delay of it where they are at hand. */
export interface ComparedRun {
  readonly result: Result
  readonly delays?: DelaySeries | undefined
  /** The file that it was read from. */
  readonly file?: string
}

export type MetricName = ComparedMetric['metric']

/** A figure of one run with what its samples allow, and how many there are. */
export interface Figure extends Estimate {
  readonly samples: number
  /** Of a percentile: the smallest delay of the run, ms. */
  readonly fastest?: number
}

const PERCENTILES = { 'rtt.p50': 0.5, 'rtt.p90': 0.9, 'rtt.p99': 0.99 } as const

/** The figures of a run that can be compared; what was not observed is not among them. */
export function runFigures({ result, delays }: ComparedRun): ReadonlyMap<MetricName, Figure> {
  const { ledger, loss, rtt, jitter, throughput } = result
  const { scheduled, replies, fates } = ledger
  const found = new Map<MetricName, Figure>()
  const add = (metric: MetricName, samples: number, estimate: Estimate | undefined, fastest?: number): void => {
    if (estimate !== undefined)
      found.set(metric, { ...estimate, samples, ...(fastest === undefined ? {} : { fastest }) })
  }
  add('loss', scheduled, shareEstimate(loss.count, scheduled, clusteringOf(result)))
  add('truncated', scheduled, shareEstimate(fates.truncated ?? 0, scheduled))
  add('corrupt', scheduled, shareEstimate(fates.corrupt ?? 0, scheduled))
  // Several copies of one reply are counted as often as there are replies at most: a share has no more.
  add('duplicates', replies, shareEstimate(Math.min(ledger.duplicates, replies), replies))
  if (rtt === undefined) return found
  const perMs = (throughput?.sentPerSecond ?? 0) / 1000
  for (const [metric, p] of Object.entries(PERCENTILES) as [keyof typeof PERCENTILES, number][]) {
    const estimate =
      delays === undefined
        ? knownPercentileEstimate(percentiles(rtt), rtt.count, p, perMs)
        : percentileEstimate(delays.rtt, p)
    add(metric, rtt.count, estimate, rtt.minMs)
  }
  if (jitter === undefined) return found
  const known = knownVariationEstimate(jitter.ipdvMeanMs, rtt.stddevMs ?? 0, rtt.count)
  add('jitter', rtt.count, delays === undefined ? known : meanEstimate(delays.variation))
  return found
}

function percentiles(rtt: ResultDelay): readonly (readonly [number, number])[] {
  return [
    [0, rtt.minMs],
    [0.5, rtt.p50Ms],
    [0.9, rtt.p90Ms],
    [0.95, rtt.p95Ms],
    [0.99, rtt.p99Ms],
    [0.999, rtt.p999Ms],
    [1, rtt.maxMs],
  ]
}

/** However losses come, a run counts for so many probes that stand alone: an outage of a tenth of it is always told. */
const LEAST_ALONE = 100

/**
 * How many lost neighbours tell as much as one loss that stands alone: losses come in stretches, and one stretch is one event. It is the
 * mean length of a stretch against 1/(1 − ratio), which independent losses would have.
 */
function clusteringOf({ ledger, loss, lossPattern }: Result): number {
  if (lossPattern === undefined || lossPattern.periods === 0 || loss.ratio === undefined) return 1
  const stretch = (loss.count / lossPattern.periods) * (1 - loss.ratio)
  return Math.min(Math.max(1, stretch), Math.max(1, ledger.scheduled / LEAST_ALONE))
}
