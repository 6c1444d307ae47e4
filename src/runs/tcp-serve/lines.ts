import { counted } from '../../base/counted.ts'
import { formatAddress } from '../../base/address.ts'
import { quoted } from '../../base/quoted.ts'
import { formatSize } from '../../base/size.ts'
import { eventLine } from '../event-line.ts'
import type { Removed } from './stale-partials.ts'
import { TCP_REFUSALS, type TcpEvent, type TcpFacts, type TcpRefusal } from './facts.ts'
import type { TcpServeRun } from './run.ts'

/** The ready line, which scripts can read. */
export function listeningLine({ address, service }: TcpServeRun): string {
  const words = ['listening', address.family, formatAddress(address)]
  if (service.kind === 'stream') return `${[...words, `mode=${service.mode}`].join(' ')}\n`
  const { commands, inbox } = service
  if (commands !== undefined) words.push(`commands=${commands.list.size}`)
  if (inbox !== undefined) words.push(`inbox=${inbox.folder}`)
  return `${words.join(' ')}\n`
}

export function listeningEvent({ address, service }: TcpServeRun): string {
  const { family, address: host, port } = address
  const what =
    service.kind === 'stream'
      ? { mode: service.mode }
      : {
          ...(service.commands === undefined ? {} : { commands: [...service.commands.list.keys()] }),
          ...(service.inbox === undefined ? {} : { inbox: service.inbox.folder }),
        }
  return eventLine({ event: 'listening', family, host, port, ...what })
}

/** An upload, command or refusal in one line. Text from the peer is quoted, so that it cannot control the terminal. */
export function tcpEventLine(event: TcpEvent): string {
  return `${tcpEventText(event, formatAddress(event.peer))}\n`
}

function tcpEventText(event: TcpEvent, from: string): string {
  if (event.event === 'opened') return `connection from ${from}`
  if (event.event === 'closed')
    return `closed ${from}: ${formatSize(event.bytesReceived)} received, ${formatSize(event.bytesSent)} sent`
  if (event.event === 'turnedAway') return `turned away ${from}: ${event.reason}`
  if (event.event === 'refused') return `refused ${from}: ${event.reason}`
  if (event.event === 'stored')
    return `stored ${quoted(event.fileName)} from ${from}: ${formatSize(event.size)}, sha256 ${event.sha256}`
  const why = event.reason === undefined ? '' : `, because ${event.reason}`
  return `ran ${quoted(event.name)} for ${from}: exit code ${event.exitCode}${why}, ${formatSize(event.size)} of output`
}

export function tcpEventJson({ peer, ...event }: TcpEvent): string {
  return eventLine({ ...event, peer: formatAddress(peer) })
}

/** Partial files that were removed from the inbox. Undefined if there were none. */
export function removedLine({ files, bytes }: Removed): string | undefined {
  if (files === 0) return undefined
  return `udptool: removed ${counted(files, 'temporary file')} (${formatSize(bytes)}) of killed servers\n`
}

export function statsLine(facts: TcpFacts, time: string): string {
  const { connections, connectionsNow, uploads, commands } = facts
  return `${time} connections ${connections}, open ${connectionsNow}, uploads ${uploads}, commands ${commands}, refused ${refusedCount(facts)}\n`
}

export function statsEvent(facts: TcpFacts, time: string): string {
  return eventLine({ event: 'stats', time, ...counters(facts) })
}

export function summaryEvent(facts: TcpFacts): string {
  return eventLine({ event: 'summary', ...counters(facts) })
}

const REASONS: Readonly<Record<TcpRefusal, string>> = {
  crowded: 'over --max-connections',
  source: 'over --max-connections-per-source',
  displaced: 'to make room for another source',
  denied: 'not allowed',
  slow: 'too slow (--header-time, --min-rate)',
  request: 'invalid or not offered',
  frame: 'not made of frames',
  full: 'over --max-inbox or --max-files',
  storage: 'not stored',
}

/** The summary at the end of a server. */
export function summaryText(facts: TcpFacts): string {
  const lines = [
    `connections ${facts.connections}`,
    `received    ${formatSize(facts.bytesReceived)}`,
    `sent        ${formatSize(facts.bytesSent)}`,
  ]
  if (facts.uploads > 0)
    lines.push(`stored      ${counted(facts.uploads, 'file')} (${formatSize(facts.uploadedBytes)})`)
  if (facts.commands > 0) lines.push(`ran         ${counted(facts.commands, 'command')}`)
  for (const reason of TCP_REFUSALS)
    if (facts.refused[reason] > 0)
      lines.push(`refused     ${facts.refused[reason]} ${REASONS[reason]}${systemWords(reason, facts)}`)
  if (facts.broken > 0) lines.push(`broken      ${facts.broken} during a request or stream`)
  return `${lines.join('\n')}\n`
}

/** The system errors of failed storage. */
function systemWords(reason: TcpRefusal, { storageErrors }: TcpFacts): string {
  return reason === 'storage' ? `: ${Object.keys(storageErrors).join(', ')}` : ''
}

function counters({ refused, storageErrors, ...facts }: TcpFacts): Record<string, unknown> {
  const storage = Object.keys(storageErrors).length === 0 ? {} : { storageErrors }
  return { ...facts, ...storage, refused: Object.fromEntries(Object.entries(refused).filter(([, count]) => count > 0)) }
}

function refusedCount({ refused }: TcpFacts): number {
  return Object.values(refused).reduce((sum, count) => sum + count, 0)
}
