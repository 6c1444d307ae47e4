import type { Impairment } from './impairment-rule.ts'
import { ActionLog, type RelayAction } from './action-log.ts'
import type { ReceiveErrors } from './receive-errors.ts'

/** The two directions through a relay: `up` from client to server, `down` from server to client. */
export type Direction = 'up' | 'down'

/**
 * Counts of one direction of a relay. An action is counted once, however many copies it made, and every datagram and copy has one end: seen +
 * duplicated = forwarded + dropped + queueDropped + refused + abandoned + those that still wait.
 */
export interface RelayCounts extends Record<RelayAction, number> {
  seen: number
  /** Datagrams and copies sent on. */
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
  /** Refused twice by our own kernel, or it gave no socket. */
  refused: number
  /** Still waiting when the relay ended, or when their client was evicted. */
  abandoned: number
}

interface DirectionFacts {
  /** Everything but receipts traffic. */
  readonly datagrams: RelayCounts
  /** Kinds S and T: receipts requests and answers. */
  readonly receipts: RelayCounts
  /**
   * Lower bound of the datagrams lost because the receive buffers for this direction were full, before the relay saw them. Absent if it cannot
   * be read.
   */
  kernelDrops?: number
}

/**
 * Why a relay does not accept a datagram on the socket for clients: `own`: it came from the relay itself; `loop`: a datagram that the relay
 * sent to the server came back; `sourcePort`: it came from the port of a service that may answer the answer; `clientRate`: too many new clients
 * a second; `sourceRate`: over the cap of its source network, which holds for replies too.
 */
export const IGNORED_REASONS = ['own', 'loop', 'sourcePort', 'clientRate', 'sourceRate'] as const
export type IgnoredReason = (typeof IGNORED_REASONS)[number]

/** Counts and actions of a relay. One machine and its engine write them; they may be read at any time. */
export interface RelayFacts {
  readonly up: DirectionFacts
  readonly down: DirectionFacts
  /** Clients ever seen, clients served now, and clients evicted. */
  clients: number
  clientsNow: number
  clientsEvicted: number
  /** ICMP errors from the server's host: its port is closed. */
  unreachable: number
  /** Datagrams not accepted, by reason; no other count includes them. Only `sourceRate` includes datagrams of the server. */
  readonly ignored: Record<IgnoredReason, number>
  /** How often the relay detected that the datagrams it sends to the server come back to it. */
  loops: number
  readonly receiveErrors: ReceiveErrors
  readonly actions: ActionLog
}

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

/** The name under which an impairment is counted. */
export function countedAs(impairment: Impairment): RelayAction {
  return impairment === 'tooBig' ? 'dropped' : impairment
}
