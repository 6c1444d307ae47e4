import { FATES } from '../../ledger/fate.ts'

/**
 * What a metric is, and so how it is written in an expectation:
 * `share` a count, or with % a ratio of `Measured.base`; `count` a count only; `bytes` a size; `duration` a time; `rate` bits of payload a second, or datagrams a second.
 */
export type MetricKind = 'share' | 'count' | 'bytes' | 'duration' | 'rate'

/** Counts besides the fates that can be written as a share. */
const SHARES = [
  'loss',
  'loss.forward',
  'loss.return',
  'loss.unknown',
  'replies',
  'duplicates',
  'reordered',
  'foreign',
  'unidentified',
  'missed',
]

const ROUND_TRIPS = ['rtt', 'rttNetwork', 'rttScheduled'] as const
const FIGURES = ['min', 'mean', 'p50', 'p90', 'p95', 'p99', 'p999', 'max', 'stddev'] as const

export const METRICS: ReadonlyMap<string, MetricKind> = new Map<string, MetricKind>([
  ...[...SHARES, ...FATES].map(name => [name, 'share'] as const),
  ['longestRun', 'count'],
  ['mtu', 'bytes'],
  ['maxIntactSize', 'bytes'],
  ...ROUND_TRIPS.flatMap(trip => FIGURES.map(figure => [`${trip}.${figure}`, 'duration'] as const)),
  ['jitter', 'duration'],
  ['ipdv', 'duration'],
  ['rate', 'rate'],
])

/** The share of samples above a percentile, in thousandths. */
const ABOVE: ReadonlyMap<string, number> = new Map([
  ['p50', 500],
  ['p90', 100],
  ['p95', 50],
  ['p99', 10],
  ['p999', 1],
])

/** `p99 of 200 samples` when a percentile has fewer than ten samples above it, so n < 10/(1 − p); else undefined. */
export function sampleCaveat(metric: string, samples: number): string | undefined {
  const figure = metric.slice(metric.lastIndexOf('.') + 1)
  const above = ABOVE.get(figure)
  if (above === undefined || samples * above >= 10_000) return undefined
  return `${figure} of ${samples} ${samples === 1 ? 'sample' : 'samples'}`
}
