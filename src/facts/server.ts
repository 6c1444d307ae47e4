import { DROP_REASONS, type DropReason } from './drop-reason.ts'
import { addReceiveErrors, type ReceiveErrors } from './receive-errors.ts'
import { mergeActivities, type ServerActivity } from './server-activity.ts'
import type { ServerLog } from './server-log.ts'

/** Kinds of datagrams left unanswered because of a port guard or a cap: plain data and damaged probes, intact probes, receipts requests. */
export type WithheldKind = 'plain' | 'probes' | 'questions'

const WITHHELD_KINDS: readonly WithheldKind[] = ['plain', 'probes', 'questions']

/** One peer in the server's summary. */
export interface PeerFacts {
  readonly address: string
  readonly port: number
  received: number
  replied: number
}

export const NAMED_PEERS = 1000

/** A server's counts. One machine writes them; they may be read at any time. */
export interface ServerFacts {
  received: number
  replied: number
  bytesReceived: number
  bytesReplied: number
  /** Datagrams that the program read incompletely. */
  truncated: number
  /** Intact probes, and datagrams that began like a probe but were not one. */
  probes: number
  damaged: number
  /** Receipts requests, and those of them that were answered. */
  requests: number
  receipts: number
  /** Datagrams of udptool of a kind that is never answered (`kind`), without the damaged ones. */
  answers: number
  readonly dropped: Record<DropReason, number>
  /** The datagrams counted by `sourcePort`, `sourceRate` and `rate`, by kind. */
  readonly withheld: Record<WithheldKind, number>
  /** Peers and runs evicted from the table. */
  peersEvicted: number
  runsEvicted: number
  /** Lower bound of the datagrams lost in full receive buffers of the server's sockets since the start; absent if it cannot be read. */
  kernelDrops?: number
  /** Datagrams with a wrong checksum that this host received since the start, for any socket. Filled when the server closes. */
  badChecksums?: number
  /** Failed receives on the server's sockets. */
  readonly receiveErrors: ReceiveErrors
  /** Filled when the server closes: at most NAMED_PEERS, the busiest first. */
  peers: readonly PeerFacts[]
  peersOmitted: number
  /** If the plan has `logs`; a reader removes what it reads. */
  log?: ServerLog
  /** If the plan has `live`: renewed twice a second. */
  activity?: ServerActivity
}

export function createServerFacts(): ServerFacts {
  return {
    received: 0,
    replied: 0,
    bytesReceived: 0,
    bytesReplied: 0,
    truncated: 0,
    probes: 0,
    damaged: 0,
    requests: 0,
    receipts: 0,
    answers: 0,
    dropped: {
      sourcePort: 0,
      sourceRate: 0,
      hops: 0,
      rate: 0,
      denied: 0,
      kind: 0,
      short: 0,
      malformed: 0,
      unauthenticated: 0,
      replayed: 0,
      unknownSession: 0,
      interval: 0,
      discard: 0,
      sendFailed: 0,
      sendBufferFull: 0,
      unreachable: 0,
      delayFull: 0,
      shutdown: 0,
    },
    withheld: { plain: 0, probes: 0, questions: 0 },
    peersEvicted: 0,
    runsEvicted: 0,
    receiveErrors: {},
    peers: [],
    peersOmitted: 0,
  }
}

/** The sum of the counts of several workers of one server; without their logs. */
export function mergeServerFacts(parts: readonly ServerFacts[]): ServerFacts {
  const sum = createServerFacts()
  for (const part of parts) {
    for (const count of COUNTS) sum[count] += part[count]
    for (const reason of DROP_REASONS) sum.dropped[reason] += part.dropped[reason]
    for (const kind of WITHHELD_KINDS) sum.withheld[kind] += part.withheld[kind]
    addReceiveErrors(sum.receiveErrors, part.receiveErrors)
    // Each worker counts the drops of all sockets of the server, until it closed.
    if (part.kernelDrops !== undefined) sum.kernelDrops = Math.max(sum.kernelDrops ?? 0, part.kernelDrops)
  }
  const peers = parts.flatMap(part => part.peers).sort((a, b) => b.received - a.received)
  sum.peers = peers.slice(0, NAMED_PEERS)
  sum.peersOmitted += peers.length - sum.peers.length
  const activity = mergeActivities(parts.map(part => part.activity))
  return activity === undefined ? sum : { ...sum, activity }
}

const COUNTS = [
  'received',
  'replied',
  'bytesReceived',
  'bytesReplied',
  'truncated',
  'probes',
  'damaged',
  'requests',
  'receipts',
  'answers',
  'peersEvicted',
  'runsEvicted',
  'peersOmitted',
] as const
