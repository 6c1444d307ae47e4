import { greatest, least } from '../../base/extremes.ts'
import { formatAddress } from '../../base/address.ts'
import { formatSize } from '../../base/size.ts'
import { formatMissed } from '../../verdict/expect/actual.ts'
import { attentionOf } from '../../verdict/suite/attention.ts'
import { withheldCount } from '../../verdict/withheld-count.ts'
import { cutWords, isOfCutJournal } from '../../verdict/cut-journal.ts'
import type { Result } from '../../verdict/result.ts'
import { searchAnswer } from '../../verdict/search/search-answer.ts'
import { isSearch, isSizeSearch } from '../../verdict/search/search.ts'
import { counted, formatCount } from '../../base/counted.ts'
import { explainFate } from './evidence.ts'
import { clientWord } from './client-groups.ts'
import { FATES, type FateGroup, groupCount } from './fates.ts'
import { formatMs } from '../text/milliseconds.ts'
import { outageText } from './outages.ts'

export const SEPARATOR = ' · '
/** Shortest outage that the headline shows, ms. */
const NOTICED_MS = 1000
/** The headline as one text without mark and plain verdict, for formats that show these elsewhere. */
export function headlineText(result: Result, what = answer(result)): string {
  const [lead, ...parts] = headlineParts(result, what)
  return (lead === result.verdict ? parts : [lead, ...parts]).join(SEPARATOR)
}

/** The state of a run, the same in every format. */
export interface Standing {
  readonly tone: 'pass' | 'attention' | 'fail'
  readonly mark: '✓' | '!' | '✗'
}

/** The mark is a tick only if the run is complete and everything is intact or covered by an expectation. */
export function standingOf(result: Result): Standing {
  if (result.verdict === 'fail') return { tone: 'fail', mark: '✗' }
  return result.interrupted || attentionOf(result) !== undefined
    ? { tone: 'attention', mark: '!' }
    : { tone: 'pass', mark: '✓' }
}

/** Most important first: the failure, the interruption, the result of a search, uncovered losses. */
export function headlineParts(result: Result, what: string): readonly [lead: string, ...parts: string[]] {
  const { verdict, interrupted } = result
  const cut = interrupted ? [interruption(result)] : []
  if (verdict === 'fail') return ['fail', ...cut, ...failures(result), what]
  // The findings of a search show its uncovered losses.
  const attention = isSearch(result) ? undefined : attentionOf(result)
  const [lead, ...parts] = [...cut, ...(attention === undefined ? [] : [attention])]
  if (lead !== undefined) return [lead, ...parts, what]
  return isSearch(result) ? [what] : ['pass', what]
}

function interruption(result: Result): string {
  const cut = cutWords(result)
  return cut === undefined ? `interrupted after ${formatMs(result.durationMs)}` : `interrupted: ${cut}`
}

/** The first expectation that failed, with what was observed instead, and how many more. */
function failures({ expectations }: Result): readonly string[] {
  const [first, ...others] = expectations.filter(({ passed }) => !passed)
  return [
    ...(first === undefined ? [] : [`${first.expr}: ${formatMissed(first, formatCount)}`]),
    ...(others.length === 0 ? [] : [`${counted(others.length, 'more expectation')} failed`]),
  ]
}

/** The outcome: the result of a search, or the fates of the probes with the longest outage. */
export function answer(result: Result, to = ''): string {
  const found = searchAnswer(result, to)
  if (found !== undefined) return found
  const outages = result.ledger.replies === 0 || withheldCount(result) > 0 ? undefined : outageText(result, NOTICED_MS)
  return [outcome(result, to), ...(outages === undefined ? [] : [outages])].join(SEPARATOR)
}

/** The target: `example.org (192.0.2.7:9000)`. */
export function place({ target }: Result): string {
  const address = formatAddress(target)
  return target.name === undefined || target.name === target.address ? address : `${target.name} (${address})`
}

/** `970 of 1000 probes came back whole, 12 damaged, 18 lost`. */
function outcome(result: Result, to = ''): string {
  const { ledger } = result
  const { scheduled } = ledger
  if (scheduled === 0) return isOfCutJournal(result) ? `no probe${to} is left` : `no probe was sent${to}`
  const whole = ledger.fates.intact
  const all = scheduled === 1 ? `the probe${to}` : `all ${formatCount(scheduled)} probes${to}`
  const withheld = withheldCount(result)
  const rest = (
    [
      ['damaged', groupCount(ledger, 'damaged')],
      ['late', groupCount(ledger, 'late')],
      ['lost', groupCount(ledger, 'lost') - withheld],
      ['withheld by the server', withheld],
      ['not sent', groupCount(ledger, 'not sent')],
    ] as const
  ).filter(([, count]) => count > 0)
  const [first] = rest
  if (first === undefined) return `${all} came back whole`
  if (whole === 0 && rest.length === 1)
    return none(first[0], all, scheduled === 1 ? ' was' : '', sharedEvidence(result), ledger.received > 0)
  const otherGroups = rest.map(([group, count]) => `${formatCount(count)} ${group}`).join(', ')
  return `${whole === 0 ? 'none' : formatCount(whole)} of ${counted(scheduled, 'probe')}${to} came back whole, ${otherGroups}`
}

/** The outcome if nothing is whole and all probes are in one group. `came`: datagrams other than replies arrived. */
function none(
  group: FateGroup | 'withheld by the server',
  all: string,
  was: string,
  why: string,
  came: boolean,
): string {
  switch (group) {
    case 'damaged':
      return `${all} came back damaged${why && `: ${why}`}`
    case 'late':
      return `${all} came back too late`
    case 'not sent':
      return `${all}${was} refused by our own kernel${why && `: ${why}`}`
    default:
      return `${came ? 'no reply' : 'nothing'} came back: ${all}${was} lost${why && `, ${why}`}`
  }
}

/** The evidence, if all probes share one fate and it says more than the name of the group. */
function sharedEvidence(result: Result): string {
  const shared = FATES.filter(({ fate }) => (result.ledger.fates[fate] ?? 0) > 0)
  const [only] = shared
  if (only === undefined || shared.length > 1 || only.fate === 'late' || only.fate === 'lostUnknown') return ''
  const explained = explainFate(only.fate, result)
  return only.group !== 'lost' && explained === only.meaning ? '' : explained
}

/** Target, traffic, duration and engine, in parts. */
export function circumstances(result: Result): string[] {
  const { clients, sizes, pacing, ledger, rate } = result
  const many = clients.length + (result.clientsOmitted ?? 0)
  const interval = pacing?.targetIntervalMs
  const bytes = sizes.map(({ size }) => size)
  const size =
    bytes.length === 1
      ? ` × ${formatSize(bytes[0] ?? 0)}`
      : bytes.length > 1
        ? ` × ${least(bytes)} to ${greatest(bytes)} B (${bytes.length} sizes)`
        : ''
  const burst = Number(result.options['burst'] ?? 1)
  const each = burst > 1 ? `, ${burst} every` : ' every'
  const every =
    rate !== undefined || interval === undefined || interval <= 0 || ledger.scheduled < 2
      ? ''
      : `${each} ${formatMs(interval)}`
  return [
    `${result.command} → ${place(result)}`,
    `${size === '' ? counted(ledger.scheduled, result.messages === undefined ? 'probe' : 'message') : formatCount(ledger.scheduled)}${size}${every}`,
    ...(many > 1 ? [counted(many, isSizeSearch(result) ? 'round' : clientWord(result))] : []),
    ...(rate === undefined ? [] : [counted(rate.trials.length, 'trial')]),
    formatMs(result.durationMs),
    ...(result.protocol === 'irtt' ? ['irtt protocol'] : []),
    `${result.engine} engine`,
  ]
}
