import { toMs } from '../../base/nanos.ts'
import { present } from '../../base/present.ts'
import { compare } from '../expect/comparison.ts'
import { type Answered, countingAnswers } from './answered.ts'
import { cutText } from './cut-text.ts'
import type { Demand } from './demand.ts'
import { QUERY_METRICS } from './metrics.ts'
import { isThere, type Observed, observedIn } from './observed.ts'
import type { FindPattern } from './query-context.ts'
import type { CheckedExpectation } from './query-document.ts'
import type { QueryExpectation } from './query-expectation.ts'

/** Longer texts are cut in `actual`; the document has all bytes of the reply. */
const LONGEST_ACTUAL = 200

const OUT_OF_TIME =
  'the search for the pattern was stopped because it took too long: avoid repetitions within repetitions such as (a+)+'

/** Judges an expectation on answers, of which there is at least one: it must hold for every one. */
export function judgeAnswers(
  expectation: QueryExpectation,
  answered: readonly Answered[],
  findPattern: FindPattern,
): CheckedExpectation {
  const { expr, metric, demand } = expectation
  // The figures of NTP are those of the best sample of each question (RFC 5905 section 10).
  const judged = metric === 'ntp.offset' || metric === 'ntp.delay' ? countingAnswers(answered) : answered
  const observed = judged.map(one => observedIn(one, metric))
  const outcomes = outcomesOf(demand, observed, findPattern)
  if (outcomes === undefined) return { expr, passed: false, reason: OUT_OF_TIME }
  const failed = outcomes.indexOf(false)
  const last = observed.at(failed < 0 ? -1 : failed)
  const actual = last && actualOf(last, metric, demand)
  if (failed < 0) return present({ expr, actual, passed: true })
  const reasons = [
    ...(last === undefined ? [] : whyFailed(last, demand)),
    ...(judged.length > 1 ? [`answer ${failed + 1} of ${judged.length}`] : []),
  ]
  return present({ expr, actual, passed: false, reason: reasons.length === 0 ? undefined : reasons.join('; ') })
}

/** Whether each value meets the demand. Undefined: a search did not end in time. */
function outcomesOf(
  demand: Demand,
  observed: readonly Observed[],
  findPattern: FindPattern,
): readonly boolean[] | undefined {
  if (demand.kind !== 'pattern') return observed.map(one => meets(demand, one))
  const texts = observed.flatMap(one => ('missing' in one ? [] : [textOf(one)]))
  const found = findPattern(demand.pattern, texts)
  if (found === undefined) return undefined
  let next = 0
  return observed.map(one => !('missing' in one) && found[next++] === (demand.operator === '=~'))
}

function meets(demand: Exclude<Demand, { readonly kind: 'pattern' }>, observed: Observed): boolean {
  if (demand.kind === 'flag') return isThere(observed) === demand.value
  if ('missing' in observed) return false
  const { value } = observed
  if (demand.kind === 'number') return typeof value === 'number' && compare(demand.operator, value, demand.limit)
  return typeof value === 'string' && (value === demand.text) === (demand.operator === '==')
}

function textOf(observed: Exclude<Observed, { readonly missing: string }>): string {
  return 'shown' in observed && observed.shown !== undefined ? observed.shown : String(observed.value)
}

function actualOf(observed: Observed, metric: string, demand: Demand): number | string | undefined {
  if (demand.kind === 'flag' && !isThere(observed)) return 'false'
  if ('missing' in observed) return undefined
  const { value } = observed
  if (typeof value === 'number') return QUERY_METRICS.get(metric)?.type === 'duration' ? toMs(value) : value
  return cutText(textOf(observed), LONGEST_ACTUAL)
}

function whyFailed(observed: Observed, demand: Demand): readonly string[] {
  if ('missing' in observed) return [observed.missing]
  if ('note' in observed && observed.note !== undefined) return [observed.note]
  if (demand.kind !== 'text' || demand.operator !== '==') return []
  // A reply often ends with a line feed, which a reader does not see.
  const differsInSpace = typeof observed.value === 'string' && observed.value.trim() === demand.text.trim()
  return differsInSpace ? ['only white space at its ends differs'] : []
}
