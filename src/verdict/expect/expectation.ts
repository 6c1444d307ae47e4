import { parseDuration } from '../../base/duration.ts'
import { quoted } from '../../base/quoted.ts'
import { parseRate, type Rate } from '../../base/rate.ts'
import { formatRatio, parseRatio } from '../../base/ratio.ts'
import { parseSize } from '../../base/size.ts'
import { invalidExpectation as invalid, unknownMetric, unknownOperator } from './invalid-expectation.ts'
import { METRICS, type MetricKind } from './metrics.ts'
import { isOperator, OPERATORS, type Operator } from './operator.ts'

/** What a metric is compared with: a count, a ratio from 0 to 1, nanoseconds, bytes, or bits or packets a second. */
export interface Limit {
  readonly unit: 'count' | 'ratio' | 'nanos' | 'bytes' | Rate['unit']
  readonly value: number
}

/** One parsed `--expect`. */
export interface Expectation {
  /** The text, trimmed. */
  readonly expr: string
  readonly metric: string
  readonly operator: Operator
  readonly limit: Limit
}

const SHAPE = /^([\p{L}\p{N}_.()-]+)\s*([<>=!~≤≥≠]+)\s*(.*)$/su
const EXAMPLES = 'write loss<1% or rtt.p99<20ms'

/**
 * Reads `<metric> <operator> <value>`: `loss<1%`, `truncated==0`, `rtt.p99<20ms`, `mtu>=1500`, `rate>=10Mbit`. A usage error for an unknown
 * metric or operator, and for a value without the unit that its metric needs.
 */
export function parseExpectation(text: string): Expectation {
  const expr = text.trim()
  const [, metric, operator, value] = SHAPE.exec(expr) ?? []
  if (metric === undefined || operator === undefined || value === undefined) {
    throw invalid(expr, 'it is not a metric, an operator and a value', EXAMPLES)
  }
  const kind = METRICS.get(metric)
  if (kind === undefined) throw unknownMetric(expr, metric, [...METRICS.keys()])
  if (!isOperator(operator)) throw unknownOperator(expr, operator, OPERATORS)
  if (value === '') throw invalid(expr, 'the value is missing', EXAMPLES)
  return { expr, metric, operator, limit: readLimit(kind, value, { expr, metric, operator }) }
}

function readLimit(kind: MetricKind, value: string, context: Omit<Expectation, 'limit'>): Limit {
  const name = `the value of ${quoted(context.expr)}`
  if (kind === 'duration') return { unit: 'nanos', value: parseDuration(value, name, { allowNanos: true }) }
  if (kind === 'bytes') return { unit: 'bytes', value: parseSize(value, name) }
  if (kind === 'rate') {
    const { unit, perSecond } = parseRate(value, name)
    return { unit, value: perSecond }
  }
  if (kind === 'share' && value.endsWith('%')) return { unit: 'ratio', value: parseRatio(value, name) }
  if (/^\d{1,15}$/u.test(value)) return { unit: 'count', value: Number(value) }
  throw notCount(kind, value, context)
}

function notCount(kind: 'share' | 'count', value: string, { expr, metric, operator }: Omit<Expectation, 'limit'>) {
  const start = `${metric}${operator}`
  if (kind === 'count') return invalid(expr, `${metric} is a whole number`, `write ${start}0 or ${start}10`)
  const isShare = /^(?:0|1)?\.\d{1,20}$/u.test(value) && Number(value) <= 1
  if (isShare) return invalid(expr, 'a ratio is written with %', `did you mean ${start}${formatRatio(Number(value))}?`)
  const hint = `write ${start}5% (a ratio) or ${start}5 (a count)`
  return invalid(expr, `${quoted(value)} is neither a whole number nor a percentage`, hint)
}
