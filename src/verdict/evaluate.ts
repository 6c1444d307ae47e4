import { toMs } from '../base/nanos.ts'
import type { Expectation, Operator } from './expectation.ts'
import type { Measured } from './measured.ts'
import { sampleCaveat } from './metrics.ts'
import { isOfReplies } from './silence.ts'

/** An expectation held against a run, as the Result lists it. */
export interface Evaluation {
  readonly expr: string
  /** A count or bytes; with % the ratio; for a duration milliseconds. Absent: nothing was observed. */
  readonly actual?: number
  readonly passed: boolean
  /** Why there is nothing to compare, or why the figure is weak (`p99 of 200 samples`). */
  readonly reason?: string
}

/** Holds an expectation against a run. A metric that is absent fails, with its reason. */
export function evaluate({ expr, metric, operator, limit }: Expectation, measured: Measured): Evaluation {
  // A search measures sizes, whatever it sent for that.
  const nothing = limit.unit === 'bytes' ? undefined : nothingToCount(metric, measured)
  if (nothing !== undefined) return { expr, passed: false, reason: nothing }
  const actual = observe(metric, limit.unit, measured)
  if (actual === undefined) return { expr, passed: false, reason: measured.reason(metric) ?? 'no samples' }
  const passed = COMPARE[operator](actual, limit.value)
  if (limit.unit !== 'nanos') return { expr, actual, passed }
  const caveat = sampleCaveat(metric, measured.sampleCount(metric))
  return { expr, actual: toMs(actual), passed, ...(caveat === undefined ? {} : { reason: caveat }) }
}

/** Of nothing, none is damaged and none is lost: a zero that says nothing is no proof. */
function nothingToCount(metric: string, measured: Measured): string | undefined {
  if (measured.base('loss') === 0) return 'nothing was sent'
  return isOfReplies(metric) && measured.count('replies') === 0 ? 'no reply came' : undefined
}

/** The observed value in the limit's unit. */
function observe(metric: string, unit: Expectation['limit']['unit'], measured: Measured): number | undefined {
  if (unit === 'nanos') return measured.duration(metric)
  const count = measured.count(metric)
  if (unit !== 'ratio' || count === undefined) return count
  const base = measured.base(metric)
  return base > 0 ? count / base : undefined
}

const COMPARE: Readonly<Record<Operator, (actual: number, limit: number) => boolean>> = {
  '<': (actual, limit) => actual < limit,
  '<=': (actual, limit) => actual <= limit,
  '>': (actual, limit) => actual > limit,
  '>=': (actual, limit) => actual >= limit,
  '==': (actual, limit) => actual === limit,
  '!=': (actual, limit) => actual !== limit,
}
