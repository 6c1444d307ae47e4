import type { Impairment } from './impairment-rule.ts'
import { ActionLog, type RelayAction } from './action-log.ts'
import type { ReceiveErrors } from './receive-errors.ts'

/** The two ways through a relay: from the client to the server, and back. */
export type Direction = 'up' | 'down'

/**
 * What a relay did to datagrams of one way. An act is counted once, whatever copies it left behind, and every datagram and
 * copy has one end: seen + duplicated = forwarded + dropped + queueDropped + refused + abandoned + those that still wait.
 */
export interface RelayCounts extends Record<RelayAction, number> {
  /** Datagrams that came. */
  seen: number
  /** Datagrams and copies that went on. */
  forwarded: number
  /** Lost by a rule: drop in all its forms, mtu, blackout. */
  dropped: number
  duplicated: number
  reordered: number
  delayed: number
  truncated: number
  corrupted: number
  /** Lost because a queue was full: that of a rate rule, or the relay's own. */
  queueDropped: number
  /** Our own kernel did not take them, twice, or gave no socket. */
  refused: number
  /** Still waiting when the relay ended, or when their client was forgotten. */
  abandoned: number
}

/** One way through the relay. */
interface DirectionFacts {
  /** Everything but receipts traffic. */
  readonly datagrams: RelayCounts
  /** Kinds S and T: questions about receipts and their answers. */
  readonly receipts: RelayCounts
  /** Datagrams that the full buffers of the sockets that this way begins at did not take, at least: lost before the relay saw them. Absent where it cannot be read. */
  kernelDrops?: number
}

/**
 * Why a relay does not take a datagram that came to the socket for clients: `own`, it came from the relay itself; `loop`, what the relay
 * sends to the server comes back to it; `sourcePort`, it came from the port of a service that may answer the answer; `clientRate`, too many
 * new clients a second; `sourceRate`, over the cap of its source network, which holds for replies too.
 */
export const IGNORED_REASONS = ['own', 'loop', 'sourcePort', 'clientRate', 'sourceRate'] as const
export type IgnoredReason = (typeof IGNORED_REASONS)[number]

/** What a relay counted and remembers. Written by one machine and its engine; live numbers may be read at any time. */
export interface RelayFacts {
  readonly up: DirectionFacts
  readonly down: DirectionFacts
  /** Clients ever seen, those of them that are served now, and those that lost their place to others. */
  clients: number
  clientsNow: number
  clientsEvicted: number
  /** ICMP errors that the server's host sent back: nobody listens there. */
  unreachable: number
  /** Datagrams that were not taken, by reason: they are in no other count. Only `sourceRate` has some of the server. */
  readonly ignored: Record<IgnoredReason, number>
  /** How often the relay found that what it sends to the server comes back to it. */
  loops: number
  readonly receiveErrors: ReceiveErrors
  readonly actions: ActionLog
}

/** A relay that has seen nothing yet. */
export function createRelayFacts(): RelayFacts {
  return {
    up: createDirectionFacts(),
    down: createDirectionFacts(),
    clients: 0,
    clientsNow: 0,
    clientsEvicted: 0,
    unreachable: 0,
    ignored: { own: 0, loop: 0, sourcePort: 0, clientRate: 0, sourceRate: 0 },
    loops: 0,
    receiveErrors: {},
    actions: new ActionLog(),
  }
}

function createDirectionFacts(): DirectionFacts {
  return { datagrams: createRelayCounts(), receipts: createRelayCounts() }
}

function createRelayCounts(): RelayCounts {
  return {
    seen: 0,
    forwarded: 0,
    dropped: 0,
    duplicated: 0,
    reordered: 0,
    delayed: 0,
    truncated: 0,
    corrupted: 0,
    queueDropped: 0,
    refused: 0,
    abandoned: 0,
  }
}

/** Under which name an impairment is counted. */
export function countedAs(impairment: Impairment): RelayAction {
  return impairment === 'tooBig' ? 'dropped' : impairment
}
