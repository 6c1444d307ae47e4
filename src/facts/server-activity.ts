import type { Nanos } from '../base/nanos.ts'
import { DROP_REASONS, type DropReason } from './drop-reason.ts'

/** Counts of a server that only grow, except `replied` and `dropped`: an answer that was not sent moves from one to the other. */
const ACTIVITY_COUNTS = [
  'received',
  'replied',
  'bytesReceived',
  'bytesReplied',
  'probes',
  'damaged',
  'requests',
  'answers',
] as const
type ActivityCount = (typeof ACTIVITY_COUNTS)[number]

/** These counts, or their growth per second. */
export interface ActivityFigures extends Record<ActivityCount, number> {
  readonly dropped: Record<DropReason, number>
  /** Absent if the drop counter cannot be read. */
  kernelDrops?: number
}

/** One peer at one moment. */
export interface ActivePeer {
  readonly address: string
  readonly port: number
  /** Since it is in the table. */
  readonly received: number
  readonly replied: number
  /** Datagrams received per second since the moment before. Absent at the first moment. */
  readonly perSecond?: number
  /** Time since its last datagram. Exact to the time between two moments, and 0 if it sent since the moment before. */
  readonly silent: Nanos
}

/** What a server does at one moment, compared with the moment before. */
export interface ServerActivity {
  /** Absent at the first moment. */
  readonly perSecond?: ActivityFigures
  /** Number of peers in the table. */
  readonly known: number
  /** The first SHOWN_PEERS of each order, each peer once. */
  readonly peers: readonly ActivePeer[]
}

export const SHOWN_PEERS = 10

/** By datagrams since the start, by datagrams per second, or by the last datagram. */
export const PEER_ORDERS = ['received', 'rate', 'seen'] as const
export type PeerOrder = (typeof PEER_ORDERS)[number]

/** Negative if `a` comes first. Ties are decided by the other figures. */
function comparePeers(a: ActivePeer, b: ActivePeer, order: PeerOrder): number {
  const received = b.received - a.received
  const rate = (b.perSecond ?? 0) - (a.perSecond ?? 0)
  const seen = a.silent - b.silent
  if (order === 'received') return received || rate || seen
  if (order === 'rate') return rate || received || seen
  return seen || rate || received
}

/** The first `SHOWN_PEERS` peers in this order. */
export function firstPeers(peers: readonly ActivePeer[], order: PeerOrder): ActivePeer[] {
  return peers.toSorted((a, b) => comparePeers(a, b, order)).slice(0, SHOWN_PEERS)
}

/** The activity of all workers of a server. Undefined: one of them has not reported yet. */
export function mergeActivities(parts: readonly (ServerActivity | undefined)[]): ServerActivity | undefined {
  const known = parts.filter(part => part !== undefined)
  if (known.length < parts.length || known.length === 0) return undefined
  const rates = known.map(part => part.perSecond).filter(rate => rate !== undefined)
  const peers = known.flatMap(part => part.peers)
  return {
    ...(rates.length === parts.length ? { perSecond: addFigures(rates) } : {}),
    known: known.reduce((sum, part) => sum + part.known, 0),
    peers: [...new Set(PEER_ORDERS.flatMap(order => firstPeers(peers, order)))],
  }
}

function addFigures(parts: readonly ActivityFigures[]): ActivityFigures {
  const sum = figures(
    () => 0,
    () => 0,
  )
  for (const part of parts) {
    for (const name of ACTIVITY_COUNTS) sum[name] += part[name]
    for (const reason of DROP_REASONS) sum.dropped[reason] += part.dropped[reason]
    // Each worker counts the drops of all sockets.
    if (part.kernelDrops !== undefined) sum.kernelDrops = Math.max(sum.kernelDrops ?? 0, part.kernelDrops)
  }
  return sum
}

/** A copy of the counts. */
export function copyFigures(from: ActivityFigures): ActivityFigures {
  const { kernelDrops } = from
  const copy = figures(
    name => from[name],
    reason => from.dropped[reason],
  )
  return kernelDrops === undefined ? copy : { ...copy, kernelDrops }
}

/** Growth per second from one moment to the next, which are `seconds` apart. */
export function figuresPerSecond(before: ActivityFigures, after: ActivityFigures, seconds: number): ActivityFigures {
  const rates = figures(
    name => (after[name] - before[name]) / seconds,
    reason => (after.dropped[reason] - before.dropped[reason]) / seconds,
  )
  if (before.kernelDrops === undefined || after.kernelDrops === undefined) return rates
  return { ...rates, kernelDrops: (after.kernelDrops - before.kernelDrops) / seconds }
}

function figures(count: (name: ActivityCount) => number, drops: (reason: DropReason) => number): ActivityFigures {
  return {
    ...(Object.fromEntries(ACTIVITY_COUNTS.map(name => [name, count(name)])) as Record<ActivityCount, number>),
    dropped: Object.fromEntries(DROP_REASONS.map(reason => [reason, drops(reason)])) as Record<DropReason, number>,
  }
}

/** Kinds of received datagrams. `denied`: their kind is not examined. `answers`: of udptool, and never answered. */
export const RECEIVED_KINDS = ['probes', 'plain', 'requests', 'damaged', 'answers', 'denied'] as const
export type ReceivedKind = (typeof RECEIVED_KINDS)[number]

/** Received datagrams by kind. Their sum is `received`. Works on counts and on rates. */
export function receivedByKind(counts: Omit<ActivityFigures, 'kernelDrops'>): Record<ReceivedKind, number> {
  const { received, probes, damaged, requests, answers } = counts
  const { denied } = counts.dropped
  return {
    probes,
    plain: received - probes - damaged - requests - answers - denied,
    requests,
    damaged,
    answers,
    denied,
  }
}
