import { counted } from '../../base/counted.ts'
import { formatAddress } from '../../base/address.ts'
import { createRelayTruth, type RelayTruth } from '../../facts/relay-truth.ts'
import { eventLine } from '../event-line.ts'
import type { RelayCounts, RelayFacts } from '../../facts/relay.ts'
import type { RelayRun } from './run.ts'

/** The ready line, which scripts read. */
export function listeningLine({ address, to, seed, engine }: RelayRun): string {
  return `listening ${address.family} ${formatAddress(address)} to=${formatAddress(to)} seed=${seed} engine=${engine}\n`
}

export function listeningEvent({ address, to, seed, engine }: RelayRun): string {
  const { family, address: host, port } = address
  return eventLine({ event: 'listening', family, host, port, to: formatAddress(to), seed, engine })
}

/** What was done so far, in one line. */
export function statsText({ up, down, clientsNow }: RelayFacts): string {
  const clients = counted(clientsNow, 'client')
  return `${clients} · up ${wayText(up.datagrams)} · down ${wayText(down.datagrams)}`
}

export function statsEvent(facts: RelayFacts): string {
  const { up, down, clients } = createRelayTruth(facts, '')
  return eventLine({ event: 'stats', up, down, clients })
}

export function summaryEvent({ up, down, receipts, clients, clientsEvicted, unreachable }: RelayTruth): string {
  return eventLine({ event: 'summary', up, down, receipts, clients, clientsEvicted, unreachable })
}

/** The end of a relay, for people. */
export function summaryText({
  up,
  down,
  clients,
  clientsEvicted = 0,
  unreachable = 0,
  omitted = 0,
}: RelayTruth): string {
  const [lostUp, lostDown] = [up.kernelDropped ?? 0, down.kernelDropped ?? 0]
  const lines = [`clients  ${clients}`, `up       ${wayText(up)}`, `down     ${wayText(down)}`]
  if (lostUp + lostDown > 0)
    lines.push(`lost     ${lostUp} up, ${lostDown} down, in the relay's own full receive buffers: raise --recv-buffer`)
  if (clientsEvicted > 0)
    lines.push(`evicted  ${clientsEvicted} clients lost their place to others: raise --max-clients`)
  if (unreachable > 0) lines.push(`closed   ${unreachable} ICMP errors from the server's host: nobody listens there`)
  if (omitted > 0) lines.push(`omitted  ${omitted} acts are counted but not listed in the record`)
  return `${lines.join('\n')}\n`
}

const DEEDS: readonly (readonly [keyof RelayCounts, string])[] = [
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

function wayText(counts: Readonly<RelayCounts>): string {
  const done = DEEDS.filter(([name]) => counts[name] > 0).map(([name, word]) => `${counts[name]} ${word}`)
  return [`${counts.seen} seen`, `${counts.forwarded} forwarded`, ...done].join(', ')
}
