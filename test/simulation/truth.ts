import type { Nanos } from '../../src/base/nanos.ts'
import type { Impairment } from '../../src/facts/impairment-rule.ts'

/**
 * One copy of a datagram in one direction. `lost`: by a rule · `overflowed`: the receive buffer was full · `filtered`: a connected socket
 * does not receive from this address · `closed`: there was no listener (any more).
 */
export interface PacketRecord {
  /** Of the probe. -1 if the network does not know it. */
  readonly sequence: number
  readonly sentAt: Nanos
  /** Size as sent, and of this copy as it arrived. */
  readonly size: number
  readonly arrivedSize: number
  /** This number of bytes from the start of this copy are as sent. */
  readonly intact: number
  readonly done: readonly Impairment[]
  fate: 'inFlight' | 'lost' | 'overflowed' | 'filtered' | 'closed' | 'delivered'
  /** When it reached the socket. Infinity: never. */
  arrivedAt: Nanos
  /** For a reply, the request that it answers, if the server answered at once. */
  readonly request: PacketRecord | undefined
}

export interface PacketCounts extends Record<Impairment, number> {
  /** Datagrams sent, and copies that a program received. */
  seen: number
  delivered: number
  overflowed: number
}

/** What the network did in one direction of one client. Receipts traffic (kinds S and T) is counted separately. */
export interface DirectionTruth {
  readonly probes: PacketCounts
  readonly receipts: PacketCounts
  /** The packets of each probe by sequence, in sending order. */
  readonly records: Map<number, PacketRecord[]>
  /** `records` stays empty: of an endless sender there are only counts. */
  readonly endless: boolean
}

export interface ClientTruth {
  readonly up: DirectionTruth
  readonly down: DirectionTruth
}

/** What the network did, by client number, recorded independently of the machines. */
export interface NetworkTruth {
  readonly clients: readonly ClientTruth[]
}

export function createNetworkTruth(clients: number): NetworkTruth {
  return { clients: Array.from({ length: clients }, () => createClientTruth()) }
}

export function createClientTruth(endless = false): ClientTruth {
  return { up: createDirectionTruth(endless), down: createDirectionTruth(endless) }
}

function createDirectionTruth(endless: boolean): DirectionTruth {
  return { probes: createCounts(), receipts: createCounts(), records: new Map(), endless }
}

function createCounts(): PacketCounts {
  return {
    seen: 0,
    delivered: 0,
    overflowed: 0,
    dropped: 0,
    tooBig: 0,
    queueDropped: 0,
    duplicated: 0,
    reordered: 0,
    delayed: 0,
    truncated: 0,
    corrupted: 0,
  }
}
