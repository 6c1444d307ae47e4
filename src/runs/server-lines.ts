import { counted } from '../base/counted.ts'
import { formatSize } from '../base/size.ts'
import { eventLine } from './event-line.ts'
import { receiveErrorCount } from '../facts/receive-errors.ts'
import type { ServerFacts } from '../facts/server.ts'

/** A second server of another protocol, on a port of its own and with counts of its own. */
export interface ServerBeside {
  readonly protocol: string
  readonly facts: ServerFacts
}

export function statsLine(facts: ServerFacts, time: string, beside?: ServerBeside): string {
  return `${time} ${totals(facts)}${beside === undefined ? '' : `; ${beside.protocol}: ${totals(beside.facts)}`}\n`
}

export function statsEvent(facts: ServerFacts, time: string, beside?: ServerBeside): string {
  const other = beside === undefined ? {} : { [beside.protocol]: counters(beside.facts) }
  return eventLine({ event: 'stats', time, ...counters(facts), ...other })
}

export function summaryEvent(facts: ServerFacts, beside?: ServerBeside): string {
  const other = beside === undefined ? {} : { [beside.protocol]: summary(beside.facts) }
  return eventLine({ event: 'summary', ...summary(facts), ...other })
}

function totals(facts: ServerFacts): string {
  return `received ${facts.received}, replied ${facts.replied}, dropped ${droppedCount(facts)}`
}

function summary(facts: ServerFacts): Record<string, unknown> {
  return {
    ...counters(facts),
    ...(facts.kernelDrops === undefined ? {} : { kernelDrops: facts.kernelDrops }),
    ...(facts.badChecksums === undefined ? {} : { badChecksums: facts.badChecksums }),
    ...(receiveErrorCount(facts.receiveErrors) === 0 ? {} : { receiveErrors: facts.receiveErrors }),
    peers: facts.peers,
    ...(facts.peersOmitted === 0 ? {} : { peersOmitted: facts.peersOmitted }),
  }
}

/** The summary at the end of a server. */
export function summaryText(facts: ServerFacts, beside?: ServerBeside): string {
  if (beside === undefined) return summaryOf(facts)
  return `${summaryOf(facts)}${beside.protocol}:\n${summaryOf(beside.facts).replaceAll(/^/gmu, '  ').trimEnd()}\n`
}

function summaryOf(facts: ServerFacts): string {
  const lines = [
    `received ${counted(facts.received, 'datagram')} (${formatSize(facts.bytesReceived)}) from ${peerCount(facts)}`,
    `replied  ${counted(facts.replied, 'datagram')} (${formatSize(facts.bytesReplied)})`,
  ]
  if (facts.truncated > 0) lines.push(`cut      ${facts.truncated} by --recv-size`)
  if (facts.damaged > 0) lines.push(`damaged  ${facts.damaged} probes arrived damaged`)
  for (const [reason, count] of Object.entries(facts.dropped))
    if (count > 0) lines.push(`dropped  ${count} (${DROP_WORDS[reason] ?? reason})`)
  const withheld = withheldKinds(facts)
  if (withheld !== undefined) lines.push(`         of these caps and ports: ${withheld}`)
  if ((facts.kernelDrops ?? 0) > 0)
    lines.push(`lost     ${facts.kernelDrops} in this socket's full receive buffer: raise --recv-buffer`)
  if ((facts.badChecksums ?? 0) > 0)
    lines.push(`lost     ${facts.badChecksums} with a wrong UDP checksum, on this whole host`)
  for (const [name, count] of Object.entries(facts.receiveErrors))
    lines.push(`failed   to receive ${counted(count, 'time')}: our own kernel refused it (${name})`)
  return `${lines.join('\n')}\n`
}

/** The reasons for not answering a datagram, in words. */
export const DROP_WORDS: Readonly<Record<string, string>> = {
  sourcePort: 'from a port that is never answered',
  sourceRate: 'over a cap of one source network, a /24 or /56: --max-rate-per-source sets another',
  hops: 'whose TTL was used up, as at the end of a loop of two servers',
  rate: 'over --max-rate',
  denied: 'not allowed',
  kind: 'of a kind that is never answered',
  short: 'too short for the protocol',
  malformed: 'not of the protocol',
  unauthenticated: 'without a right HMAC',
  replayed: 'received before, or sent too long ago',
  unknownSession: 'of no open session',
  interval: 'faster than the session may ask',
  discard: 'discarded on purpose',
  sendFailed: 'our kernel refused the answer',
  sendBufferFull: 'the send buffer of the socket was full',
  unreachable: 'to addresses that were unreachable shortly before',
  delayFull: 'too many delayed answers',
  shutdown: 'delayed answers at shutdown',
}

function counters(facts: ServerFacts): Record<string, unknown> {
  return {
    received: facts.received,
    replied: facts.replied,
    bytesReceived: facts.bytesReceived,
    bytesReplied: facts.bytesReplied,
    truncated: facts.truncated,
    damaged: facts.damaged,
    receipts: facts.receipts,
    dropped: Object.fromEntries(Object.entries(facts.dropped).filter(([, count]) => count > 0)),
    ...(withheldKinds(facts) === undefined ? {} : { withheld: facts.withheld }),
  }
}

/** Answers withheld because of caps or guarded ports, by kind. Undefined if there are none. */
function withheldKinds({ withheld: { plain, probes, questions } }: ServerFacts): string | undefined {
  const kinds = [
    ...(plain > 0 ? [`${plain} plain`] : []),
    ...(probes > 0 ? [counted(probes, 'probe')] : []),
    ...(questions > 0 ? [counted(questions, 'receipts request')] : []),
  ]
  return kinds.length === 0 ? undefined : kinds.join(', ')
}

function droppedCount(facts: ServerFacts): number {
  return Object.values(facts.dropped).reduce((sum, count) => sum + count, 0)
}

function peerCount(facts: ServerFacts): string {
  const peers = facts.peers.length + facts.peersOmitted
  return counted(peers, 'peer')
}
