import { formatAddress } from '../base/address.ts'
import { formatSize } from '../base/size.ts'
import type { Result } from '../verdict/result.ts'
import { isSearch } from '../verdict/search.ts'
import { counted, formatCount } from '../base/counted.ts'
import { explainFate } from './evidence.ts'
import { FATES, type FateGroup, groupCount } from './fates.ts'
import { formatMs } from './milliseconds.ts'
import type { Page } from './page.ts'
import { flow, wrap } from './wrap.ts'

const SEPARATOR = ' · '
/** A separator that no line begins with. */
const TIED = '\u00a0· '

/** Two lines (more where it is narrow): the verdict and what became of the probes; then what was sent, where, and by what. */
export function headline(page: Page): string[] {
  const { result, palette, width } = page
  const about = flow(circumstances(result), SEPARATOR, width - 2)
  return [...verdictLines(page, story(result)), ...about.map(line => `  ${palette.dim(line)}`)]
}

/** The verdict with the target in the same sentence, for a report of one line. */
export function quietHeadline(page: Page): string[] {
  return verdictLines(page, story(page.result, ` to ${place(page.result)}`), false)
}

/** Lines that begin with the verdict in colour, then what happened; then how many expectations failed. */
export function verdictLines({ result, palette, width }: Page, what: string, withExpectations = true): string[] {
  const passed = result.verdict === 'pass'
  const mark = `${passed ? '✓' : '✗'} ${result.verdict}`
  const said = result.interrupted ? [`interrupted after ${formatMs(result.durationMs)}`] : []
  const lines = wrap([mark, ...said, what].join(TIED), width - 2).map(line => line.replaceAll(TIED, SEPARATOR))
  const last = lines.pop() ?? ''
  lines.push(...flow([last, ...(withExpectations ? missedExpectations(result) : [])], SEPARATOR, width - 2))
  const flawless = result.ledger.fates.intact === result.ledger.scheduled && !result.interrupted
  const paint = !passed ? palette.red : flawless || result.messages !== undefined ? palette.green : palette.yellow
  return lines.map((line, index) => (index === 0 ? paint(palette.bold(mark)) + line.slice(mark.length) : `  ${line}`))
}

/** Who was asked: `example.org (192.0.2.7:9000)`. */
export function place({ target }: Result): string {
  const address = formatAddress(target)
  return target.name === undefined || target.name === target.address ? address : `${target.name} (${address})`
}

/** `970 of 1000 probes came back whole, 12 damaged, 18 lost`. */
export function story(result: Result, to = ''): string {
  const { ledger } = result
  const { scheduled } = ledger
  if (scheduled === 0) return `no probe was sent${to}`
  const whole = ledger.fates.intact
  const all = scheduled === 1 ? `the probe${to}` : `all ${formatCount(scheduled)} probes${to}`
  const rest = (['damaged', 'late', 'lost', 'not sent'] as const)
    .map(group => [group, groupCount(ledger, group)] as const)
    .filter(([, count]) => count > 0)
  const [first] = rest
  if (first === undefined) return `${all} came back whole`
  if (whole === 0 && rest.length === 1)
    return none(first[0], all, scheduled === 1 ? ' was' : '', sharedEvidence(result), ledger.received > 0)
  const told = rest.map(([group, count]) => `${formatCount(count)} ${group}`).join(', ')
  return `${whole === 0 ? 'none' : formatCount(whole)} of ${counted(scheduled, 'probe')}${to} came back whole, ${told}`
}

/** Nothing is whole, and everything is in one group. `came`: datagrams that are no replies did come. */
function none(group: FateGroup, all: string, was: string, why: string, came: boolean): string {
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

/** The evidence, where all probes share one fate and it says more than its group does. */
function sharedEvidence(result: Result): string {
  const shared = FATES.filter(({ fate }) => (result.ledger.fates[fate] ?? 0) > 0)
  const [only] = shared
  if (only === undefined || shared.length > 1 || only.fate === 'late' || only.fate === 'lostUnknown') return ''
  const said = explainFate(only.fate, result)
  return only.group !== 'lost' && said === only.meaning ? '' : said
}

function missedExpectations({ expectations, baseline }: Result): string[] {
  const missed = expectations.filter(({ passed }) => !passed).length
  const worse = baseline?.verdict === 'fail' ? ['worse than the baseline'] : []
  if (missed === 0) return worse
  return [
    expectations.length === 1 ? 'the expectation failed' : `${missed} of ${expectations.length} expectations failed`,
    ...worse,
  ]
}

/** What was sent, where, how often, for how long and by what, in pieces. */
export function circumstances(result: Result): string[] {
  const { clients, sizes, pacing, ledger } = result
  const many = clients.length + (result.clientsOmitted ?? 0)
  const interval = pacing?.targetIntervalMs
  const bytes = sizes.map(({ size }) => size)
  const size =
    bytes.length === 1
      ? ` × ${formatSize(bytes[0] ?? 0)}`
      : bytes.length > 1
        ? ` × ${Math.min(...bytes)} to ${Math.max(...bytes)} B (${bytes.length} sizes)`
        : ''
  const burst = Number(result.options['burst'] ?? 1)
  const each = burst > 1 ? `, ${burst} every` : ' every'
  const every = interval === undefined || interval <= 0 || ledger.scheduled < 2 ? '' : `${each} ${formatMs(interval)}`
  return [
    `${result.command} → ${place(result)}`,
    `${size === '' ? counted(ledger.scheduled, result.messages === undefined ? 'probe' : 'message') : formatCount(ledger.scheduled)}${size}${every}`,
    ...(many > 1 ? [counted(many, isSearch(result) ? 'round' : 'client')] : []),
    formatMs(result.durationMs),
    `${result.engine} engine`,
  ]
}
