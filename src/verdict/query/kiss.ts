import type { Answered } from './answered.ts'
import type { CheckedExpectation } from './query-document.ts'
import type { QueryExpectation } from './query-expectation.ts'

/** What kiss codes ask of a client (RFC 5905 section 7.4). */
const MEANINGS: ReadonlyMap<string, string> = new Map([
  ['RATE', 'the server limits the rate: ask less often'],
  ['DENY', 'the server denies access: ask its operator, or another server'],
  ['RSTR', 'the server denies access: ask its operator, or another server'],
])

/** A kiss code with what it asks for. */
export function kissWords(kiss: string): string {
  return `kiss code ${kiss} (${MEANINGS.get(kiss) ?? 'RFC 5905 section 7.4'})`
}

/** The kiss code of an answer. It is no time, so it fails the run, unless an expectation demands it. */
export function unexpectedKiss(
  answered: readonly Answered[],
  expectations: readonly QueryExpectation[],
  checked: readonly CheckedExpectation[],
): string | undefined {
  const isDemanded = expectations.some((one, index) => checked[index]?.passed === true && demandsKiss(one))
  return isDemanded ? undefined : kissIn(answered)
}

/** The first kiss code. */
export function kissIn(answered: readonly Answered[]): string | undefined {
  for (const { answer } of answered) if (answer.service === 'ntp' && answer.kiss !== undefined) return answer.kiss
  return undefined
}

/** `ntp.kiss!=RATE` holds without a kiss code too. */
function demandsKiss({ metric, demand }: QueryExpectation): boolean {
  return metric === 'ntp.kiss' && (demand.kind === 'flag' || ('operator' in demand && !demand.operator.startsWith('!')))
}
