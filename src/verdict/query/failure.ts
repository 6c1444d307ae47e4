import type { QueryFacts } from '../../facts/query.ts'
import { kissWords } from './kiss.ts'
import { noAnswerReason } from './no-answer.ts'
import { formatQueryMissed } from './query-actual.ts'
import type { CheckedExpectation } from './query-document.ts'

/** Why a run failed, in one line. `kiss`: the kiss code that no expectation demands. */
export function failureReason(
  facts: QueryFacts,
  checked: readonly CheckedExpectation[],
  kiss: string | undefined,
): string {
  const failed = checked.filter(({ passed }) => !passed)
  const noAnswer = noAnswerReason(facts)
  // Expectations that fail for lack of an answer have one reason together.
  const other = failed.filter(({ reason }) => reason !== noAnswer)
  const causes = [
    ...(kiss === undefined ? [] : [`the server sent the ${kissWords(kiss)}`]),
    ...(other.length < failed.length || (checked.length === 0 && kiss === undefined) ? [noAnswer] : []),
    ...other.map(one => `${one.expr} does not hold: ${formatQueryMissed(one, String)}`),
  ]
  return causes.join('; ')
}
