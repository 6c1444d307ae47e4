import type { QueryDocument } from '../query/query-document.ts'
import type { Judgement } from './judged-result.ts'
import type { SuiteCheck } from './suite.ts'

/** The document of a query as a check of this level: expected, observed, and the reason of a failure. */
export function judgeQuery(document: QueryDocument, level: SuiteCheck['level']): Judgement {
  const { expectations, ledger } = document
  const common = {
    expected: expectedOfQuery(expectations.map(({ expr }) => expr)),
    observed: `${ledger.fates.answered} of ${ledger.requests} answered`,
  }
  // An interrupted run proves neither success nor failure.
  if (document.interrupted) return { ...common, verdict: 'skipped', reason: 'interrupted' }
  if (document.verdict === 'pass') return { ...common, verdict: 'pass' }
  return { ...common, verdict: level === 'warn' ? 'warn' : 'fail', reason: document.reason ?? 'no answer' }
}

/** The expectations in words. */
export function expectedOfQuery(expect: readonly string[]): string {
  return expect.length === 0 ? 'an answer' : expect.join(', ')
}
