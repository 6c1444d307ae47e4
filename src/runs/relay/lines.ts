import { counted } from '../../base/counted.ts'
import { formatAddress } from '../../base/address.ts'
import { createRelayTruth, type RelayTruth } from '../../facts/relay-truth.ts'
import { eventLine } from '../event-line.ts'
import type { IgnoredReason, RelayCounts, RelayFacts } from '../../facts/relay.ts'
import type { RelayRun } from './run.ts'

/** The ready line, which scripts can read. */
export function listeningLine({ address, to, seed, engine }: RelayRun): string {
  return `listening ${address.family} ${formatAddress(address)} to=${formatAddress(to)} seed=${seed} engine=${engine}\n`
}

export function listeningEvent({ address, to, seed, engine }: RelayRun): string {
  const { family, address: host, port } = address
  return eventLine({ event: 'listening', family, host, port, to: formatAddress(to), seed, engine })
}

/** The counters so far, in one line. */
export function statsText({ up, down, clientsNow }: RelayFacts): string {
  const clients = counted(clientsNow, 'client')
  return `${clients} · up ${wayText(up.datagrams)} · down ${wayText(down.datagrams)}`
}

export function statsEvent(facts: RelayFacts, time: string): string {
  const { up, down, clients } = createRelayTruth(facts, '')
  return eventLine({ event: 'stats', time, up, down, clients })
}

export function summaryEvent(truth: RelayTruth): string {
  const { up, down, receipts, clients, clientsEvicted, unreachable, ignored, loops, receiveErrors } = truth
  const more = { clientsEvicted, unreachable, ignored, loops, receiveErrors }
  return eventLine({ event: 'summary', up, down, receipts, clients, ...more })
}

/** The summary at the end of a relay. */
export function summaryText({
  up,
  down,
  clients,
  clientsEvicted = 0,
  unreachable = 0,
  ignored = {},
  loops = 0,
  receiveErrors = {},
  omitted = 0,
}: RelayTruth): string {
  const [lostUp, lostDown] = [up.kernelDropped ?? 0, down.kernelDropped ?? 0]
  const lines = [`clients  ${clients}`, `up       ${wayText(up)}`, `down     ${wayText(down)}`]
  if (lostUp + lostDown > 0)
    lines.push(`lost     ${lostUp} up, ${lostDown} down, in the relay's own full receive buffers: raise --recv-buffer`)
  if (clientsEvicted > 0) lines.push(`evicted  ${clientsEvicted} clients to make room for others: raise --max-clients`)
  if (unreachable > 0) {
    const when =
      down.seen > 0 ? 'nothing listened there at that time, or on one of its addresses' : 'nothing listens there'
    lines.push(`closed   ${counted(unreachable, 'ICMP error')} from the server's host: ${when}`)
  }
  for (const [reason, what] of IGNORED) {
    const count = ignored[reason] ?? 0
    if (count > 0) lines.push(`ignored  ${counted(count, 'datagram')} ${what}`)
  }
  if (loops > 0)
    lines.push(`loop     datagrams to the server came back to the relay (${counted(loops, 'time')}): name another --to`)
  for (const [name, count] of Object.entries(receiveErrors))
    lines.push(`failed   to receive ${counted(count, 'time')}: our own kernel refused it (${name})`)
  if (omitted > 0) lines.push(`omitted  ${omitted} actions are counted but not listed in the record`)
  return `${lines.join('\n')}\n`
}

const IGNORED: readonly (readonly [IgnoredReason, string])[] = [
  ['own', 'from the relay itself'],
  ['loop', 'while datagrams to the server came back to the relay'],
  ['sourcePort', "from the relay's own port number or from service ports (--service-ports)"],
  ['clientRate', 'over the limit of new clients per second'],
  ['sourceRate', 'over the cap of one source network, a /24 or /56 (--max-rate-per-source sets another)'],
]

const ACTIONS: readonly (readonly [keyof RelayCounts, string])[] = [
  ['dropped', 'dropped'],
  ['duplicated', 'duplicated'],
  ['reordered', 'reordered'],
  ['delayed', 'delayed'],
  ['truncated', 'truncated'],
  ['corrupted', 'corrupted'],
  ['queueDropped', 'dropped by a full queue'],
  ['refused', 'refused by our kernel'],
  ['abandoned', 'abandoned'],
]

/** The counts of one direction that are not zero. */
export function wayText(counts: Readonly<RelayCounts>): string {
  const done = ACTIONS.filter(([name]) => counts[name] > 0).map(([name, word]) => `${counts[name]} ${word}`)
  return [`${counts.seen} seen`, `${counts.forwarded} forwarded`, ...done].join(', ')
}
