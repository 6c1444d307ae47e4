import { formatDuration } from '../../base/duration.ts'
import { MILLISECOND } from '../../base/nanos.ts'
import { formatRate } from '../../base/rate.ts'
import { formatRatio } from '../../base/ratio.ts'
import { formatSize } from '../../base/size.ts'
import type { ComparedFigure, ComparedMetric, Tolerance } from './diff.ts'

const NAMES: Readonly<Record<ComparedMetric['metric'], string>> = {
  loss: 'loss',
  truncated: 'the share of truncated replies',
  corrupt: 'the share of corrupt replies',
  duplicates: 'the share of duplicates',
  'rtt.p50': 'p50',
  'rtt.p90': 'p90',
  'rtt.p99': 'p99',
  jitter: 'jitter',
  rate: 'the rate',
}

/** A metric in a sentence: `the share of duplicates`. */
export function metricName(metric: ComparedMetric['metric']): string {
  return NAMES[metric]
}

/** A compared metric in one sentence: the change, both values, and whether the samples support it. */
export function metricWords(compared: Omit<ComparedMetric, 'text'>, tolerance: Tolerance, lateMaxMs: number): string {
  const { metric, unit, a, b, outcome, reason } = compared
  const name = NAMES[metric]
  if (a === undefined || b === undefined)
    return `${name} cannot be compared: the ${a === undefined ? 'first' : 'second'} run has no samples of it`
  const change = `${formatFigure(a.value, unit)} → ${formatFigure(b.value, unit)}`
  const by = amount(Math.abs(b.value - a.value), unit)
  const way = b.value > a.value ? 'worse' : 'better'
  const counts = `${a.samples} against ${b.samples} ${unit === 'ms' ? 'samples' : 'probes'}`
  const limit = metric === 'loss' ? `the ${points(tolerance.loss)}` : `the ${formatRatio(tolerance.ratio)}`
  if (outcome === 'alike')
    return a.value === b.value
      ? `${name} is the same (${formatFigure(a.value, unit)})`
      : `${name} is within the tolerance (${change})`
  if (outcome !== 'cannotTell') {
    const beyond = outcome === 'worse' ? `more than ${limit} allowed` : `more than ${limit} of tolerance`
    return `${name} is ${by} ${way} (${change}): ${beyond}, significant with ${counts}`
  }
  return `${name} looks ${by} ${way} (${change}), but ${REASONS[reason ?? 'fewSamples'](counts, lateMaxMs)}`
}

const REASONS: Readonly<Record<NonNullable<ComparedMetric['reason']>, (counts: string, lateMs: number) => string>> = {
  fewSamples: counts => `${counts} are too few to decide`,
  ownHost: (_, lateMs) =>
    `the sender's own timers were up to ${formatDuration(lateMs * MILLISECOND)} late, which can explain it`,
  ownQueue: () => 'a window paced the run, so its delays are those of its own full queue',
  missing: () => 'one of the runs has no samples of it',
  cut: () => 'one of the journals was cut',
  bound: () => 'one of the searches ended before it found a limit',
}

/** A figure for people: `2%`, `5.1 ms`, `10.2 Mbit/s`. */
export function formatFigure(value: number, unit: ComparedMetric['unit']): string {
  switch (unit) {
    case 'ms':
      return formatDuration(value * MILLISECOND)
    case 'bitsPerSecond':
      return formatRate({ unit: 'bits', perSecond: value })
    default:
      return formatRatio(value)
  }
}

/** The name of a metric in a table: `rtt.p50`, `rate of 300 B`. */
export function metricLabel({ metric, size }: Pick<ComparedMetric, 'metric' | 'size'>): string {
  return size === undefined ? metric : `${metric} of ${formatSize(size)}`
}

/** The confidence interval of a figure: `1.9 ms to 2.3 ms`; `from 1.9 ms` without an upper bound. */
export function formatInterval({ low, high }: ComparedFigure, unit: ComparedMetric['unit']): string {
  return high === undefined
    ? `from ${formatFigure(low, unit)}`
    : `${formatFigure(low, unit)} to ${formatFigure(high, unit)}`
}

function amount(difference: number, unit: ComparedMetric['unit']): string {
  return unit === 'ms' ? formatDuration(difference * MILLISECOND) : points(difference)
}

/** `1 percentage point`, `4.8 percentage points`. */
function points(ratio: number): string {
  const number = formatRatio(ratio).slice(0, -1)
  return `${number} percentage ${number === '1' ? 'point' : 'points'}`
}
