import { formatCount } from '../../base/counted.ts'
import type { Result } from '../../verdict/result.ts'
import { isSizeSearch } from '../../verdict/search/search.ts'
import { clientGroups, clientWord, outcomesText } from './client-groups.ts'
import { irttPieces } from './irtt-pieces.ts'
import { rateFindings } from './rate-findings.ts'
import { stampPieces, tlvPieces } from './stamp-pieces.ts'
import type { Suite, SuiteCheck } from '../../verdict/suite/suite.ts'

/** Maximum number of outcomes in a line. */
const MOST_OUTCOMES = 4

/** The details of a check, line by line: expected, observed, reason, its place in the file, warnings and hints. */
export function checkDetails(check: SuiteCheck): readonly (readonly [title: string, text: string])[] {
  const { target, expected, observed, reason, attention, attempts, result, query } = check
  const place = placeOf(check)
  return [
    ...(target === undefined ? [] : [['target', target] as const]),
    ['expected', expected],
    ['observed', observed],
    ...(result === undefined ? [] : [...protocolDetail(result), ...rateDetail(result), ...clientsDetail(result)]),
    ...(reason === undefined ? [] : [['reason', reason] as const]),
    ...(attention === undefined ? [] : [['attention', attention] as const]),
    ...(attempts > 1 ? [['attempts', String(attempts)] as const] : []),
    ...(place === undefined ? [] : [['written', place] as const]),
    ...((result ?? query)?.warnings ?? []).flatMap(({ message, hint }) => [
      ['warning', message] as const,
      ...(hint === '' ? [] : [['hint', hint] as const]),
    ]),
  ]
}

/** What the peer of another protocol showed, in one line. */
function protocolDetail(result: Result): readonly (readonly [title: string, text: string])[] {
  const { protocol } = result
  if (protocol === undefined) return []
  const pieces = [...stampPieces(result, false), ...tlvPieces(result, false), ...irttPieces(result, false)]
  return [['protocol', [protocol, ...pieces].join('; ')]]
}

/** The outcomes of flows or clients in one line, the worst first, if they differ. */
function clientsDetail(result: Result): readonly (readonly [title: string, text: string])[] {
  const differ = !isSizeSearch(result) && clientGroups(result.clients).length > 1
  return differ ? [[`${clientWord(result)}s`, outcomesText(result, MOST_OUTCOMES)]] : []
}

/** What stops a higher rate, with its reason, and bursts, in one line. */
function rateDetail({ rate }: Result): readonly (readonly [title: string, text: string])[] {
  if (rate === undefined) return []
  return [
    [
      'limit',
      rateFindings(rate)
        .map(({ text }) => text)
        .join('; '),
    ],
  ]
}

/** The place of a check in its file, in the form that editors and terminals can open: `udptool.yaml:12:5`. */
export function placeOf({ place }: SuiteCheck): string | undefined {
  return place === undefined ? undefined : `${place.file}:${place.line}:${place.column}`
}

/** The checks that did not pass, the worst first: failed, could not run, warned. */
export function notPassedChecks(checks: readonly SuiteCheck[]): readonly SuiteCheck[] {
  return (['fail', 'error', 'warn'] as const).flatMap(wanted => checks.filter(({ verdict }) => verdict === wanted))
}

/** The verdict of a check, or `attention` if it passed with losses that no expectation covers. */
export function standingOfCheck({ verdict, attention }: SuiteCheck): SuiteCheck['verdict'] | 'attention' {
  return attention === undefined ? verdict : 'attention'
}

/** The same for a whole suite. */
export function standingOfSuite({
  verdict,
  checks,
}: Pick<Suite, 'verdict' | 'checks'>): Suite['verdict'] | 'attention' {
  const deserves = checks.some(check => standingOfCheck(check) === 'attention')
  return verdict === 'pass' && deserves ? 'attention' : verdict
}

/** The number of such checks: `1 with losses that no expectation covers`. Empty if there is none. */
export function attentionParts(checks: readonly SuiteCheck[]): readonly string[] {
  const count = checks.filter(check => standingOfCheck(check) === 'attention').length
  return count === 0 ? [] : [`${formatCount(count)} with losses that no expectation covers`]
}
