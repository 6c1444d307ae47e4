import { usage, type UdptoolError } from '../../base/error.ts'
import { quoted } from '../../base/quoted.ts'
import { nearest } from '../../base/suggestion.ts'

/** The error of every mistake in an expectation. */
export function invalidExpectation(expr: string, reason: string, hint: string): UdptoolError {
  return usage(`the expectation cannot be ${quoted(expr)}: ${reason}`, hint)
}

const MEANT: Readonly<Record<string, string>> = {
  '=': '==',
  '===': '==',
  '!==': '!=',
  '=<': '<=',
  '=>': '>=',
  '≤': '<=',
  '≥': '>=',
  '≠': '!=',
}

/** The error of an operator that is none of these, with the one that was probably meant. */
export function unknownOperator(expr: string, operator: string, operators: readonly string[]): UdptoolError {
  const known = Object.hasOwn(MEANT, operator) ? MEANT[operator] : undefined
  const hint =
    known !== undefined && operators.includes(known) ? `did you mean ${known}?` : `use one of ${operators.join(' ')}`
  return invalidExpectation(expr, `${operator} is not an operator`, hint)
}

/** Names of other tools, or of fields of the Result, in lower case. */
const OTHER_NAMES: ReadonlyMap<string, string> = new Map(
  ['rate.pps', 'rate.bitspersecond', 'bitspersecond', 'bitrate', 'pps', 'throughput', 'bandwidth'].map(name => [
    name,
    'rate',
  ]),
)

/** The error of a metric that is none of these, with the one that was probably meant. */
export function unknownMetric(expr: string, metric: string, names: readonly string[]): UdptoolError {
  const word = metric.toLowerCase()
  const reason = `there is no metric ${quoted(metric)}`
  const usual = OTHER_NAMES.get(word) ?? word
  const same = names.find(name => name.toLowerCase() === usual)
  const figures = names.filter(name => name.toLowerCase().startsWith(`${word}.`))
  if (same === undefined && figures.length > 0)
    return invalidExpectation(expr, reason, `name its figure: ${figures.join(', ')}`)
  const meant = same ?? names.find(name => name.toLowerCase().endsWith(`.${word}`)) ?? nearest(metric, names)
  return invalidExpectation(
    expr,
    reason,
    meant === undefined ? `the metrics are ${names.join(', ')}` : `did you mean ${meant}?`,
  )
}
