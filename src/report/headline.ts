import { formatAddress } from '../base/address.ts'
import { formatSize } from '../base/size.ts'
import type { Result } from '../verdict/result.ts'
import { counted, formatCount } from './count.ts'
import { type FateGroup, groupCount } from './fates.ts'
import { formatMs } from './milliseconds.ts'
import type { Page } from './page.ts'
import { flow } from './wrap.ts'

/** Two lines (more where it is narrow): the verdict and what became of the probes; then what was sent, where, and by what. */
export function headline(page: Page): string[] {
  const { result, palette, width } = page
  const about = flow(circumstances(result), ' · ', width - 2)
  return [...verdictLines(page, [story(result)]), ...about.map(line => `  ${palette.dim(line)}`)]
}

/** The verdict with the target in the same sentence, for a report of one line. */
export function quietHeadline(page: Page): string[] {
  return verdictLines(page, [story(page.result, ` to ${place(page.result)}`)])
}

/** Lines that begin with the verdict in colour, or with the word that the run was interrupted. */
export function verdictLines({ result, palette, width }: Page, parts: readonly string[]): string[] {
  const passed = result.verdict === 'pass'
  const mark = `${passed ? '✓' : '✗'} ${result.verdict}`
  const said = result.interrupted ? [`interrupted after ${formatMs(result.durationMs)}`] : []
  const lines = flow([mark, ...said, ...parts, ...missedExpectations(result)], ' · ', width - 2)
  const paint = passed ? palette.green : palette.red
  return lines.map((line, index) => (index === 0 ? paint(palette.bold(mark)) + line.slice(mark.length) : `  ${line}`))
}

/** Who was asked: `example.org (192.0.2.7:9000)`. */
export function place({ target }: Result): string {
  const address = formatAddress(target)
  return target.name === undefined || target.name === target.address ? address : `${target.name} (${address})`
}

/** `970 of 1000 probes came back whole, 12 damaged, 18 lost`. */
function story({ ledger }: Result, to = ''): string {
  const { scheduled } = ledger
  if (scheduled === 0) return `no probe was sent${to}`
  const whole = ledger.fates.intact
  const probes = `${counted(scheduled, 'probe')}${to}`
  const rest = (['damaged', 'late', 'lost', 'not sent'] as const)
    .map(group => [groupCount(ledger, group), group] as const)
    .filter(([count]) => count > 0)
  if (rest.length === 0)
    return scheduled === 1 ? `the ${probes.slice(2)} came back whole` : `all ${probes} came back whole`
  const [[, only] = [0, undefined]] = rest
  if (whole === 0 && rest.length === 1 && only !== undefined) return none(only, scheduled, probes)
  const told = rest.map(([count, group]) => `${formatCount(count)} ${group}`).join(', ')
  return `${whole === 0 ? 'none' : formatCount(whole)} of ${probes} came back whole, ${told}`
}

/** Everything met the same end. */
function none(group: Exclude<FateGroup, 'whole'> | FateGroup, scheduled: number, probes: string): string {
  const all = scheduled === 1 ? `the ${probes.slice(2)}` : `all ${probes}`
  switch (group) {
    case 'damaged':
      return `${all} came back damaged`
    case 'late':
      return `${all} came back too late`
    case 'not sent':
      return `${all}: refused by our own kernel, nothing was sent`
    default:
      return `nothing came back: ${all} lost`
  }
}

function missedExpectations({ expectations }: Result): string[] {
  const missed = expectations.filter(({ passed }) => !passed).length
  if (missed === 0) return []
  return [`${missed} of ${counted(expectations.length, 'expectation')} failed`]
}

function circumstances(result: Result): string[] {
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
  const every = interval === undefined || interval <= 0 || ledger.scheduled < 2 ? '' : ` every ${formatMs(interval)}`
  return [
    `${result.command} → ${place(result)}`,
    `${formatCount(ledger.scheduled)}${size}${every}`,
    ...(many > 1 ? [counted(many, 'client')] : []),
    `${result.engine} engine`,
    formatMs(result.durationMs),
  ]
}
