import { formatDuration } from '../../base/duration.ts'
import { MILLISECOND } from '../../base/nanos.ts'
import { present } from '../../base/present.ts'
import { answerWords } from '../query/answer-words.ts'
import type { QueryDocument } from '../query/query-document.ts'
import type { Judgement } from './judged-result.ts'
import { queryAttention } from './query-attention.ts'
import type { SuiteCheck } from './suite.ts'

/** The document of a query as a check of this level: expected, observed, and the reason of a failure. */
export function judgeQuery(document: QueryDocument, level: SuiteCheck['level']): Judgement {
  const common = {
    expected: expectedOfQuery(document.expectations.map(({ expr }) => expr)),
    observed: observedWords(document),
  }
  // An interrupted run proves neither success nor failure.
  if (document.interrupted) return { ...common, verdict: 'skipped', reason: 'interrupted' }
  if (document.verdict === 'pass')
    return { ...common, verdict: 'pass', ...present({ attention: queryAttention(document) }) }
  return { ...common, verdict: level === 'warn' ? 'warn' : 'fail', reason: document.reason ?? 'no answer came in time' }
}

/** The expectations in words. */
export function expectedOfQuery(expect: readonly string[]): string {
  return expect.length === 0 ? 'an answer in time' : expect.join(', ')
}

/** `1 of 2 requests answered, 1 late, NOERROR, 2 records, 1.25 ms` */
function observedWords(document: QueryDocument): string {
  const { ledger, rttMs } = document
  const { answered, ...others } = ledger.fates
  const words = answerWords(document)
  return [
    `${answered} of ${ledger.requests} requests answered`,
    ...Object.entries(others).flatMap(([fate, count]) => ((count ?? 0) > 0 ? [`${count} ${fate}`] : [])),
    ...(words === undefined ? [] : [words]),
    ...(rttMs === undefined ? [] : [formatDuration(rttMs * MILLISECOND)]),
  ].join(', ')
}
