import { toMs } from '../../base/nanos.ts'
import type { Rate } from '../../base/rate.ts'
import { compare, holds, holdsBetween } from './comparison.ts'
import type { Expectation } from './expectation.ts'
import type { Measured } from './measured.ts'
import { delayCaveat, infiniteReason } from './delay-caveat.ts'
import { expectsNoReply, holdsOfPerfectRun } from './no-replies.ts'

/** An evaluated expectation, as the Result lists it. */
export interface Evaluation {
  readonly expr: string
  /** A count or bytes; with % the ratio; for a duration milliseconds; for a rate bits or datagrams a second. Absent: not observed. */
  readonly actual?: number
  readonly passed: boolean
  /** Why there is no value, why it may be worse, or why it is weak (`p99 of 200 samples`). */
  readonly reason?: string
}

const SILENCE = 'no reply came, and a run with every reply would pass too (use replies==0 to expect no reply)'

/**
 * Evaluates the expectations of a run. If no reply came, an expectation passes only if a perfect run would fail it, so that nothing passes
 * vacuously. If an expectation that holds requires no reply, such as `replies==0`, the facts alone decide.
 */
export function evaluateAll(expectations: readonly Expectation[], measured: Measured): readonly Evaluation[] {
  const scheduled = measured.base('loss')
  const isSilent = scheduled > 0 && measured.count('replies') === 0
  const evaluated = expectations.map(expectation => evaluate(expectation, measured))
  if (!isSilent) return evaluated
  const isDemanded = expectations.some(
    (one, index) => evaluated[index]?.passed === true && expectsNoReply(one, scheduled),
  )
  if (isDemanded) return evaluated
  return evaluated.map((one, index) => {
    const expectation = expectations[index]
    const isEmpty = expectation !== undefined && one.passed && holdsOfPerfectRun(expectation, scheduled)
    return isEmpty ? { expr: one.expr, passed: false, reason: SILENCE } : one
  })
}

/**
 * Evaluates one expectation, without the rule for runs without replies. An absent metric fails with its reason. A count passes if every
 * possible count does; an infinite duration fails.
 */
export function evaluate(expectation: Expectation, measured: Measured): Evaluation {
  const { expr, metric, limit } = expectation
  // A search measures sizes, however many probes it sent.
  if (limit.unit !== 'bytes' && measured.base('loss') === 0) return { expr, passed: false, reason: 'nothing was sent' }
  switch (limit.unit) {
    case 'nanos':
      return evaluateDelay(expectation, measured)
    case 'bits':
    case 'packets':
      return evaluateRate(expectation, limit.unit, measured)
    default:
      return evaluateCount(expectation, measured, metric)
  }
}

function evaluateCount(expectation: Expectation, measured: Measured, metric: string): Evaluation {
  const { expr, limit } = expectation
  const count = measured.count(metric)
  const base = measured.base(metric)
  if (count === undefined || (limit.unit === 'ratio' && base === 0)) {
    return { expr, passed: false, reason: measured.reason(metric) ?? 'no samples' }
  }
  const actual = limit.unit === 'ratio' ? count / base : count
  const unknown = measured.unknown(metric)
  if (unknown === undefined || !holds(expectation, count, base))
    return { expr, actual, passed: holds(expectation, count, base) }
  const { most, fewer = 0, what } = unknown
  if (holdsBetween(expectation, count - fewer, count + most, base)) return { expr, actual, passed: true }
  const range = fewer === 0 ? `up to ${count + most}: ${what} may belong to it` : `as few as ${count - fewer}: ${what}`
  return { expr, actual, passed: false, reason: range }
}

function evaluateDelay({ expr, metric, operator, limit }: Expectation, measured: Measured): Evaluation {
  const actual = measured.duration(metric)
  const samples = measured.sampleCount(metric)
  const probes = measured.base('loss')
  if (actual === undefined) return { expr, passed: false, reason: measured.reason(metric) ?? 'no samples' }
  if (actual === Infinity) return { expr, passed: false, reason: infiniteReason(metric, samples, probes) }
  const caveat = delayCaveat(metric, samples, probes)
  const passed = compare(operator, actual, limit.value)
  return { expr, actual: toMs(actual), passed, ...(caveat === undefined ? {} : { reason: caveat }) }
}

/** Of a rate: it is computed from another unit, and 1041.6 pps × 9600 bits need not be the double of 10 Mbit. */
const DIGITS = 9
/** Operators that a lower bound can meet. */
const LOWER: ReadonlySet<string> = new Set(['>=', '>'])

/** Every size must meet it: the first that does not is reported, else the first. */
function evaluateRate(
  { expr, metric, operator, limit }: Expectation,
  unit: Rate['unit'],
  measured: Measured,
): Evaluation {
  const rates = measured.rates(unit)
  const [first] = rates ?? []
  if (rates === undefined || first === undefined)
    return { expr, passed: false, reason: measured.reason(metric) ?? 'no rate held' }
  const at = (size: number): string => (rates.length === 1 ? '' : `at ${size} bytes`)
  const failed = rates.find(({ perSecond }) => !compare(operator, Number(perSecond.toPrecision(DIGITS)), limit.value))
  if (failed !== undefined) {
    const where = at(failed.size)
    return { expr, actual: failed.perSecond, passed: false, ...(where === '' ? {} : { reason: where }) }
  }
  const open = LOWER.has(operator) ? undefined : rates.find(({ isLowerBound }) => isLowerBound)
  if (open === undefined) return { expr, actual: first.perSecond, passed: true }
  const reason = ['the search ended there, and a higher rate may hold', at(open.size)].filter(part => part !== '')
  return { expr, actual: open.perSecond, passed: false, reason: reason.join(' ') }
}
