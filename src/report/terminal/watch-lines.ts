import { formatAddress } from '../../base/address.ts'
import { formatCount } from '../../base/counted.ts'
import type {
  MonitorEvent,
  MonitorEventKind,
  MonitorView,
  TargetView,
  WindowFigures,
} from '../../verdict/monitor/view.ts'
import { formatMs } from '../text/milliseconds.ts'
import { printable } from '../text/safe.ts'
import { formatShare } from '../text/share.ts'

/** What an event is, before its time. */
const KINDS: Readonly<Record<MonitorEventKind, string>> = {
  outageBegan: 'outage began',
  outageEnded: 'outage ended',
  addressChanged: 'address changed',
  resolveFailed: 'lookup failed',
  resolved: 'resolved',
  socketFailed: 'socket failed',
  suspended: 'suspended',
  clockStepped: 'clock stepped',
  paused: 'paused',
  resumed: 'resumed',
  pathChanged: 'path changed',
  cut: 'truncation',
  icmp: 'ICMP error',
  flowsDiffer: 'flows differ',
  flowsAgree: 'flows agree',
  rateLimited: 'rate limited',
  rateLimitEnded: 'rate limit ended',
  queueBuilding: 'queue building',
  queueDrained: 'queue drained',
}

/** The name of a target in a line: with its module, if that is not the default one, and with its size, if its module has several. */
export function targetName({ target, module, size }: Pick<TargetView, 'target' | 'module' | 'size'>): string {
  const parts = [...(module === 'default' ? [] : [module]), ...(size === undefined ? [] : [`${size} B`])]
  return printable(parts.length === 0 ? target : `${target} (${parts.join(', ')})`)
}

/**
 * A target in one line: `2026-11-30T12:00:10.003+01:00 edge:9000: 600 sent · loss 1.7% in 1 min (1 of 59), 0.5% since start · rtt p50 412 µs, p99 1.2
 * ms`. The round trips are those of the last minute. `at`: the time of day, in ISO 8601.
 */
export function watchLine(target: TargetView, at: string, localTime: (ms: number) => string): string {
  const { idle, ledger, minute, sinceStart, events } = target
  const last = events.at(-1)
  const words = [
    idle === undefined ? undefined : `idle: ${printable(idle)}`,
    `${formatCount(ledger.scheduled)} sent`,
    lossText(minute, sinceStart),
    ledger.missed === 0 ? undefined : `${formatCount(ledger.missed)} missed`,
    minute.rtt === undefined
      ? 'no replies in 1 min'
      : `rtt p50 ${formatMs(minute.rtt.p50Ms)}, p99 ${formatMs(minute.rtt.p99Ms)}`,
    last === undefined ? undefined : `last: ${eventText(last, at, localTime)}`,
  ]
  return `${at} ${targetName(target)}: ${words.filter(word => word !== undefined).join(' · ')}`
}

/** An event as it becomes known: `2026-11-30T12:00:07.120+01:00 edge:9000: outage began at 12:00:05: no reply to 2 probes in a row`. */
export function watchEventLine(
  target: TargetView,
  event: MonitorEvent,
  at: string,
  localTime: (ms: number) => string,
): string {
  return `${at} ${targetName(target)}: ${eventText(event, at, localTime)}`
}

/** An event that was shown, and that a late reply has disproved. */
export function withdrawnLine(
  target: TargetView,
  event: MonitorEvent,
  at: string,
  localTime: (ms: number) => string,
): string {
  return `${at} ${targetName(target)}: not so, after a late reply: ${eventText(event, at, localTime)}`
}

/** The first line: where the probes of a target go. */
export function watchHeader(targets: readonly TargetView[], engine: string): string {
  const [first] = targets
  const flows = targets.reduce((sum, { flows: { length } }) => sum + length, 0)
  const one = first === undefined ? '' : targetName(first)
  const to = first?.address === undefined ? undefined : formatAddress(first.address)
  const address = to === undefined || to === first?.target ? '' : ` (${to})`
  const what = targets.length === 1 ? `${one}${address}` : `${formatCount(targets.length)} targets`
  return `WATCH ${what}${flows > targets.length ? `, ${formatCount(flows)} flows` : ''}, ${engine} engine`
}

/** The page is served: `listening http 127.0.0.1:19000 targets=2 engine=kernel`. */
export function watchListeningLine(at: string, { targets, engine }: Pick<MonitorView, 'targets' | 'engine'>): string {
  return `listening http ${at} targets=${targets.length} engine=${engine}\n`
}

function lossText(minute: WindowFigures, all: WindowFigures): string {
  if (all.settled === 0) return 'loss not known yet'
  const since = `${formatShare(all.lost, all.settled)} since start (${formatCount(all.lost)} of ${formatCount(all.settled)})`
  if (minute.settled === 0) return `loss ${since}`
  return `loss ${formatShare(minute.lost, minute.settled)} in 1 min (${formatCount(minute.lost)} of ${formatCount(minute.settled)}), ${since}`
}

function eventText({ kind, at, text }: MonitorEvent, now: string, localTime: (ms: number) => string): string {
  const then = localTime(at)
  const time =
    then.slice(0, 10) === now.slice(0, 10) ? then.slice(11, 19) : `${then.slice(0, 10)} ${then.slice(11, 19)}`
  const what = KINDS[kind]
  const rest = text === what ? '' : text.replace(`${what}: `, '')
  return `${what} at ${time}${rest === '' ? '' : `: ${printable(rest)}`}`
}
