import { greatest } from '../../base/extremes.ts'
import { toMs } from '../../base/nanos.ts'
import { present } from '../../base/present.ts'
import type { QueryFacts } from '../../facts/query.ts'
import { compare } from '../expect/comparison.ts'
import { type Absence, noReply, silence, whyNothingIsProved } from './absence.ts'
import { type Answered, countingAnswers } from './answered.ts'
import { judgeAnswers } from './answers-judged.ts'
import { QUERY_METRICS } from './metrics.ts'
import { noAnswerReason } from './no-answer.ts'
import type { FindPattern } from './query-context.ts'
import type { CheckedExpectation } from './query-document.ts'
import type { QueryExpectation } from './query-expectation.ts'

/**
 * Evaluates an expectation. Without an answer in time nothing passes but `noReply`, `silent` and a `reply.count` that any answer would
 * break. What is said of an answer must hold for every answer.
 */
export function evaluateQuery(
  expectation: QueryExpectation,
  facts: QueryFacts,
  answered: readonly Answered[],
  findPattern: FindPattern,
): CheckedExpectation {
  switch (expectation.metric) {
    case 'noReply':
      return absent(expectation, noReply(facts))
    case 'silent':
      return absent(expectation, silence(facts))
    case 'reply.count':
      return replyCount(expectation, facts, answered)
    case 'rtt':
      return longestRoundTrip(expectation, facts, answered)
    default:
      if (answered.length === 0) return { expr: expectation.expr, passed: false, reason: noAnswerReason(facts) }
      return judgeAnswers(expectation, answered, findPattern)
  }
}

/** Absence is only ever demanded, never its opposite (`readDemand`). */
function absent({ expr }: QueryExpectation, { holds, reason }: Absence): CheckedExpectation {
  return present({ expr, actual: holds === undefined ? undefined : String(holds), passed: holds === true, reason })
}

function replyCount(
  { expr, demand }: QueryExpectation,
  facts: QueryFacts,
  answered: readonly Answered[],
): CheckedExpectation {
  const actual = countingAnswers(answered).length
  const holds = (count: number): boolean => demand.kind === 'number' && compare(demand.operator, count, demand.limit)
  if (actual > 0) return { expr, actual, passed: holds(actual) }
  if (!holds(0)) return { expr, actual, passed: false, reason: noAnswerReason(facts) }
  // Holds without an answer, so it must demand that none comes.
  for (let count = 1; count <= facts.count; count++) {
    if (!holds(count)) continue
    return { expr, actual, passed: false, reason: noAnswerReason(facts) }
  }
  const reason = whyNothingIsProved(facts)
  return present({ expr, actual, passed: reason === undefined, reason })
}

/** A question without an answer is infinitely late (RFC 7679). */
function longestRoundTrip(
  { expr, metric, demand }: QueryExpectation,
  facts: QueryFacts,
  answered: readonly Answered[],
): CheckedExpectation {
  const without = facts.count - countingAnswers(answered).length
  if (answered.length === 0) return { expr, passed: false, reason: noAnswerReason(facts) }
  if (without > 0) return { expr, passed: false, reason: `${without} of ${facts.count} questions without an answer` }
  const rtt = greatest(answered.map(one => one.rtt))
  const isDuration = QUERY_METRICS.get(metric)?.type === 'duration' && demand.kind === 'number'
  return { expr, actual: toMs(rtt), passed: isDuration && compare(demand.operator, rtt, demand.limit) }
}
