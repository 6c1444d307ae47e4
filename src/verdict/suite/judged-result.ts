import { formatActual, formatMissed } from '../expect/actual.ts'
import { attentionOf } from './attention.ts'
import { cutWords } from '../cut-journal.ts'
import { ledgerWords } from './ledger-words.ts'
import type { Result } from '../result.ts'
import { searchAnswer } from '../search/search-answer.ts'
import type { SuiteCheck } from './suite.ts'

/** The verdict of a check about its Result. */
export type Judgement = Pick<SuiteCheck, 'expected' | 'observed' | 'verdict' | 'reason' | 'attention'>

/** A Result as a check of this level: expected, observed, and the reason of a failure. */
export function judgeResult(result: Result, level: SuiteCheck['level']): Judgement {
  const { expectations } = result
  const answer = searchAnswer(result)
  const attention = attentionOf(result)
  const common = {
    expected: [expectedWords(expectations.map(({ expr }) => expr)), ...baselineWords(result)].join(', '),
    observed: [
      ...(answer === undefined ? [] : [answer]),
      ledgerWords(result.ledger),
      ...expectations.map(actualWords).filter(words => words !== ''),
    ].join(', '),
  }
  const cut = cutWords(result)
  // A cut journal never passes.
  if (cut !== undefined)
    return { ...common, verdict: level === 'warn' ? 'warn' : 'fail', reason: `interrupted: ${cut}` }
  // An interrupted run proves neither success nor failure.
  if (result.interrupted) return { ...common, verdict: 'skipped', reason: 'interrupted' }
  if (result.verdict === 'pass')
    return { ...common, verdict: 'pass', ...(attention === undefined ? {} : { attention }) }
  const failed = expectations.filter(({ passed }) => !passed)
  const worse = result.baseline?.metrics.filter(({ outcome }) => outcome === 'worse') ?? []
  const causes = [
    ...failed.map(one => `${one.expr} does not hold: ${formatMissed(one, String)}`),
    ...worse.map(({ text }) => text),
    ...(failed.length === 0 && worse.length === 0 ? ['no intact reply came'] : []),
  ]
  return { ...common, verdict: level === 'warn' ? 'warn' : 'fail', reason: causes.join('; ') }
}

/** The expectations in words. */
export function expectedWords(expect: readonly string[]): string {
  return expect.length === 0 ? 'an intact reply' : expect.join(', ')
}

/** The baseline in words. */
function baselineWords({ baseline }: Result): readonly string[] {
  return baseline === undefined ? [] : [`no worse than ${baseline.baseline.file ?? 'the baseline'}`]
}

/** `rtt.p99 3.72 ms`; nothing for a count, which the ledger has. */
function actualWords(expectation: Result['expectations'][number]): string {
  const metric = /^[^<>=!\s]+/u.exec(expectation.expr)?.[0] ?? expectation.expr
  const actual = formatActual(expectation, String)
  return /^\d*$/u.test(actual) ? '' : `${metric} ${actual}`
}
