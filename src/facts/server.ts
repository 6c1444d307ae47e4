import { addReceiveErrors, type ReceiveErrors } from './receive-errors.ts'
import type { SeenDatagram } from './seen-datagram.ts'

/** Why a datagram was not answered. */
export const DROP_REASONS = [
  'sourcePort',
  'sourceRate',
  'hops',
  'rate',
  'denied',
  'kind',
  'discard',
  'sendFailed',
  'sendBufferFull',
  'unreachable',
  'delayFull',
  'shutdown',
] as const
export type DropReason = (typeof DROP_REASONS)[number]

/** What a port guard or a cap kept unanswered: plain data and damaged probes, right probes, questions about receipts. */
export type WithheldKind = 'plain' | 'probes' | 'questions'

const WITHHELD_KINDS: readonly WithheldKind[] = ['plain', 'probes', 'questions']

/** One peer as the server's summary names it. */
export interface PeerFacts {
  readonly address: string
  readonly port: number
  received: number
  replied: number
}

/** Peers that a summary names at most. */
export const NAMED_PEERS = 1000

/** What a server counted. Written by one machine; live numbers may be read at any time. */
export interface ServerFacts {
  received: number
  replied: number
  bytesReceived: number
  bytesReplied: number
  /** Datagrams of which the program read less than the kernel had. */
  truncated: number
  /** Right probes, and datagrams that began like one but were not. */
  probes: number
  damaged: number
  /** Receipts questions answered. */
  receipts: number
  readonly dropped: Record<DropReason, number>
  /** What `sourcePort`, `sourceRate` and `rate` count, by what it was. */
  readonly withheld: Record<WithheldKind, number>
  /** Peers and runs evicted from the table. */
  peersEvicted: number
  runsEvicted: number
  /** Datagrams that the full receive buffers of the server's sockets did not take since the start, at least; absent where it cannot be read. */
  kernelDrops?: number
  /** Datagrams with a wrong checksum that this host received since the start, for whatever socket. Filled when the server closes. */
  badChecksums?: number
  /** Our own kernel refused to give what had arrived. */
  readonly receiveErrors: ReceiveErrors
  /** Filled when the server closes: at most NAMED_PEERS, the busiest first. */
  peers: readonly PeerFacts[]
  peersOmitted: number
  /** The last datagrams, where the plan asks for them; whoever reads them takes them out. */
  seen?: SeenDatagram[]
  /** Datagrams that were not noted, because they were too many in a second. */
  unseen?: number
}

/** A server that has counted nothing yet. */
export function createServerFacts(): ServerFacts {
  return {
    received: 0,
    replied: 0,
    bytesReceived: 0,
    bytesReplied: 0,
    truncated: 0,
    probes: 0,
    damaged: 0,
    receipts: 0,
    dropped: {
      sourcePort: 0,
      sourceRate: 0,
      hops: 0,
      rate: 0,
      denied: 0,
      kind: 0,
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

/** What several counted that together are one server. */
export function mergeServerFacts(parts: readonly ServerFacts[]): ServerFacts {
  const sum = createServerFacts()
  for (const part of parts) {
    for (const count of COUNTS) sum[count] += part[count]
    for (const reason of DROP_REASONS) sum.dropped[reason] += part.dropped[reason]
    for (const kind of WITHHELD_KINDS) sum.withheld[kind] += part.withheld[kind]
    addReceiveErrors(sum.receiveErrors, part.receiveErrors)
    // Each counts the drops of all their sockets, until it closed.
    if (part.kernelDrops !== undefined) sum.kernelDrops = Math.max(sum.kernelDrops ?? 0, part.kernelDrops)
  }
  const unseen = parts.flatMap(part => part.unseen ?? [])
  if (unseen.length > 0) sum.unseen = unseen.reduce((total, some) => total + some, 0)
  const peers = parts.flatMap(part => part.peers).sort((a, b) => b.received - a.received)
  sum.peers = peers.slice(0, NAMED_PEERS)
  sum.peersOmitted += peers.length - sum.peers.length
  return sum
}

const COUNTS = [
  'received',
  'replied',
  'bytesReceived',
  'bytesReplied',
  'truncated',
  'probes',
  'damaged',
  'receipts',
  'peersEvicted',
  'runsEvicted',
  'peersOmitted',
] as const
