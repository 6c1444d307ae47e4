import { knownPercentileEstimate, knownVariationEstimate } from '../../ledger/delay-estimate.ts'
import type { Estimate } from '../../ledger/estimate.ts'
import { shareEstimate } from '../../ledger/wilson.ts'
import type { ComparedMetric } from './diff.ts'
import type { Result, ResultDelay } from '../result.ts'

export interface ComparedRun {
  readonly result: Result
  readonly file?: string
}

/** The options of a `ComparedRun`, for programs without types. */
export const COMPARED_RUN = { result: 'object', file: 'text' } as const

export type MetricName = ComparedMetric['metric']

/** A figure of one run with its confidence interval and number of samples. */
export interface Figure extends Estimate {
  readonly samples: number
  /** Of a percentile: the smallest delay of the run, ms, … */
  readonly fastest?: number
  /** … and the percentile if this share of the delays became longer, ms. */
  readonly above?: (share: number) => number
}

/** How strongly each fate comes in bursts. */
export type Clustering = NonNullable<Result['confidence']>['clustering']

const PERCENTILES = { 'rtt.p50': 0.5, 'rtt.p90': 0.9, 'rtt.p99': 0.99 } as const

/** The comparable figures of a run, without those not observed. `clustering` is that of both runs. */
export function runFigures({ result }: ComparedRun, clustering: Clustering): ReadonlyMap<MetricName, Figure> {
  const { ledger, loss, rtt, jitter, throughput, confidence } = result
  const { scheduled, replies, fates } = ledger
  const found = new Map<MetricName, Figure>()
  const share = (metric: keyof Clustering, count: number, total: number): void => {
    const estimate = shareEstimate(count, total, boundedClustering(clustering[metric], total))
    if (estimate !== undefined) found.set(metric, { ...estimate, samples: total })
  }
  share('loss', loss.count, scheduled)
  share('truncated', fates.truncated ?? 0, scheduled)
  share('corrupt', fates.corrupt ?? 0, scheduled)
  // A reply can have several duplicates; a share cannot exceed 1.
  share('duplicates', Math.min(ledger.duplicates, replies), replies)
  if (rtt === undefined) return found
  const known = percentiles(rtt)
  const intervals = confidence?.intervals
  for (const [metric, p] of Object.entries(PERCENTILES) as [keyof typeof PERCENTILES, number][]) {
    const perMs = (throughput?.sentPerSecond ?? 0) / 1000
    const value = known.find(([ratio]) => ratio === p)?.[1] ?? 0
    const estimate = within(value, intervals?.[metric]) ?? knownPercentileEstimate(known, rtt.count, p, perMs)
    if (estimate === undefined) continue
    const above = (more: number): number => known.find(([ratio]) => ratio >= p + more)?.[1] ?? Infinity
    found.set(metric, { ...estimate, samples: rtt.count, fastest: rtt.minMs, above })
  }
  if (jitter === undefined) return found
  const variation =
    within(jitter.ipdvMeanMs, intervals?.jitter) ??
    knownVariationEstimate(jitter.ipdvMeanMs, rtt.stddevMs ?? 0, rtt.count)
  if (variation !== undefined) found.set('jitter', { ...variation, samples: rtt.count })
  return found
}

/** A figure with the interval of its Result; undefined: it has none. */
function within(
  value: number,
  interval: { readonly lowMs: number; readonly highMs?: number | undefined } | undefined,
): Estimate | undefined {
  if (interval === undefined) return undefined
  // The percentile of a histogram may differ slightly from the samples.
  return { value, low: Math.min(value, interval.lowMs), high: Math.max(value, interval.highMs ?? Infinity) }
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

/** Least number of independent probes a run counts for, so that an outage of a third of it is always found. */
const LEAST_INDEPENDENT = 12

function boundedClustering(factor: number | undefined, total: number): number {
  return Math.min(factor ?? 1, Math.max(1, total / LEAST_INDEPENDENT))
}

/** The stronger clustering of two runs, since a run without losses shows none. */
export function commonClustering(a: Result, b: Result): Clustering {
  const [one, other] = [clusteringIn(a), clusteringIn(b)]
  const metrics = ['loss', 'truncated', 'corrupt', 'duplicates'] as const
  return Object.fromEntries(metrics.map(metric => [metric, Math.max(one[metric] ?? 1, other[metric] ?? 1)]))
}

/** Without the block `confidence`, the clustering follows from the mean length of loss runs (geometric, Gilbert 1960). */
function clusteringIn({ confidence, loss, lossPattern }: Result): Clustering {
  if (confidence !== undefined) return confidence.clustering
  if (lossPattern === undefined || lossPattern.periods === 0 || loss.ratio === undefined) return {}
  const stretch = (loss.count / lossPattern.periods) * (1 - loss.ratio)
  return { loss: Math.max(1, 2 * stretch - 1) }
}
