import { formatCount } from '../../base/counted.ts'
import type { Suite, SuiteCheck } from '../../verdict/suite/suite.ts'

/** What there is to say of a check that did not pass, line by line: asked, seen, why, where it is written, and what may be done. */
export function checkStory(check: SuiteCheck): readonly (readonly [title: string, text: string])[] {
  const { target, expected, observed, reason, attention, attempts, result } = check
  const place = placeOf(check)
  return [
    ...(target === undefined ? [] : [['target', target] as const]),
    ['expected', expected],
    ['observed', observed],
    ...(reason === undefined ? [] : [['reason', reason] as const]),
    ...(attention === undefined ? [] : [['attention', attention] as const]),
    ...(attempts > 1 ? [['attempts', String(attempts)] as const] : []),
    ...(place === undefined ? [] : [['written', place] as const]),
    ...(result?.warnings ?? []).flatMap(({ message, hint }) => [
      ['warning', message] as const,
      ...(hint === '' ? [] : [['hint', hint] as const]),
    ]),
  ]
}

/** Where a check is written, as editors and terminals open it: `udptool.yaml:12:5`. */
export function placeOf({ place }: SuiteCheck): string | undefined {
  return place === undefined ? undefined : `${place.file}:${place.line}:${place.column}`
}

/** The checks that did not pass, the worst first: failed, could not run, warned. */
export function troubled(checks: readonly SuiteCheck[]): readonly SuiteCheck[] {
  return (['fail', 'error', 'warn'] as const).flatMap(wanted => checks.filter(({ verdict }) => verdict === wanted))
}

/** How a check stands: its verdict, or `attention` where it passed and deserves a look. */
export function standingOfCheck({ verdict, attention }: SuiteCheck): SuiteCheck['verdict'] | 'attention' {
  return attention === undefined ? verdict : 'attention'
}

/** How a whole suite stands. */
export function standingOfSuite({
  verdict,
  checks,
}: Pick<Suite, 'verdict' | 'checks'>): Suite['verdict'] | 'attention' {
  const deserves = checks.some(check => standingOfCheck(check) === 'attention')
  return verdict === 'pass' && deserves ? 'attention' : verdict
}

/** How many checks passed and deserve a look: `1 with losses that no expectation is about`. Nothing where none does. */
export function attentionParts(checks: readonly SuiteCheck[]): readonly string[] {
  const count = checks.filter(check => standingOfCheck(check) === 'attention').length
  return count === 0 ? [] : [`${formatCount(count)} with losses that no expectation is about`]
}
