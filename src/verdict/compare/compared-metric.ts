import { scaledDifference, type Estimate } from '../../ledger/estimate.ts'
import type { ComparedFigure, ComparedMetric, Tolerance } from './diff.ts'
import { metricWords } from './diff-words.ts'
import { explainedPercentile, explainedVariation, type SenderLateness } from './sender-lateness.ts'
import type { Figure, MetricName } from './run-figures.ts'

/** The sender lateness of each run. */
export interface Latenesses {
  readonly a: SenderLateness
  readonly b: SenderLateness
}

/** Compares one metric of two runs; undefined if neither has it. For every metric, less is better. */
export function compareMetric(
  metric: MetricName,
  a: Figure | undefined,
  b: Figure | undefined,
  tolerance: Tolerance,
  latenesses: Latenesses,
): ComparedMetric | undefined {
  if (a === undefined && b === undefined) return undefined
  const unit = metric === 'jitter' || metric.startsWith('rtt.') ? 'ms' : 'ratio'
  const allowance: Allowance =
    metric === 'loss' ? { add: tolerance.loss, factor: 1 } : { add: 0, factor: 1 + tolerance.ratio }
  const judged =
    a === undefined || b === undefined ? MISSING : judge(a, b, allowance, unit === 'ms' ? latenesses : undefined)
  const compared = {
    metric,
    unit,
    ...(a === undefined ? {} : { a: figureOf(a), allowed: allowance.factor * a.value + allowance.add }),
    ...(b === undefined ? {} : { b: figureOf(b) }),
    ...judged,
  } as const
  const { lateMaxMs } = (a?.value ?? 0) > (b?.value ?? 0) ? latenesses.a : latenesses.b
  return { ...compared, text: metricWords(compared, tolerance, lateMaxMs) }
}

/** What a figure may grow to: `factor` times it, and `add` more. */
interface Allowance {
  readonly add: number
  readonly factor: number
}

type Judgement = Pick<ComparedMetric, 'outcome' | 'reason'>

const MISSING: Judgement = { outcome: 'cannotTell', reason: 'missing' }

function judge(a: Figure, b: Figure, allowance: Allowance, latenesses: Latenesses | undefined): Judgement {
  if (exceeds(scaledDifference(a, b, allowance.factor), allowance, 'value'))
    return judgeGrowth('worse', a, b, allowance, latenesses?.b)
  if (exceeds(scaledDifference(b, a, allowance.factor), allowance, 'value'))
    return judgeGrowth('better', b, a, allowance, latenesses?.a)
  return { outcome: 'alike' }
}

/** `more` seems to exceed `less` by too much: decides whether the samples support it. `lateness` belongs to the run of `more`. */
function judgeGrowth(
  outcome: 'worse' | 'better',
  less: Figure,
  more: Figure,
  allowance: Allowance,
  lateness: SenderLateness | undefined,
): Judgement {
  if (lateness?.queued === true) return { outcome: 'cannotTell', reason: 'ownQueue' }
  if (!exceeds(scaledDifference(less, more, allowance.factor), allowance, 'low'))
    return { outcome: 'cannotTell', reason: 'fewSamples' }
  if (
    lateness !== undefined &&
    isExplained(less, more, allowance, lateness) &&
    !allSlow(less, more, allowance, lateness)
  )
    return { outcome: 'cannotTell', reason: 'ownHost' }
  return { outcome }
}

/** Whether delays of the sender's host alone can explain the larger figure. */
function isExplained(less: Figure, more: Figure, { factor }: Allowance, lateness: SenderLateness): boolean {
  return (
    more.value <=
    (less.above === undefined
      ? explainedVariation(lateness, factor, less.value)
      : explainedPercentile(lateness, factor, less.above))
  )
}

/** A busy host delays some probes, rarely all. If even the fastest is slower by more than the median lateness, the host is not the cause. */
function allSlow(less: Figure, more: Figure, { factor }: Allowance, { lateP50Ms }: SenderLateness): boolean {
  return more.fastest !== undefined && more.fastest - factor * less.value > lateP50Ms
}

function exceeds(difference: Estimate, { add }: Allowance, bound: 'value' | 'low'): boolean {
  return difference[bound] > add
}

function figureOf({ value, low, high, samples }: Figure): ComparedFigure {
  return { value, low, ...(high === Infinity ? {} : { high }), samples }
}
