import type { Nanos } from '../../src/base/nanos.ts'
import type { Impairment } from '../../src/facts/impairment-rule.ts'

/**
 * One copy of a datagram in one direction. `lost`: by a rule · `overflowed`: the receive buffer was full ·
 * `filtered`: a connected socket does not listen to this address · `closed`: nobody was there (any more).
 */
export interface PacketRecord {
  /** Of the probe; -1: the network could not tell. */
  readonly sequence: number
  readonly sentAt: Nanos
  /** Bytes as sent, and as this copy arrived. */
  readonly size: number
  readonly arrivedSize: number
  /** So many bytes of this copy, from the first on, are as they were sent. */
  readonly intact: number
  readonly done: readonly Impairment[]
  fate: 'onTheWay' | 'lost' | 'overflowed' | 'filtered' | 'closed' | 'delivered'
  /** When it reached the socket; Infinity: never. */
  arrivedAt: Nanos
  /** On the way back: the leg of the request that it answers, where the server answered at once. */
  readonly request: PacketRecord | undefined
}

export interface PacketCounts extends Record<Impairment, number> {
  /** Datagrams that were sent, and copies that a program received. */
  seen: number
  delivered: number
  overflowed: number
}

/** What the network did in one direction of one client, receipts traffic (kinds S and T) counted apart. */
export interface DirectionTruth {
  readonly probes: PacketCounts
  readonly receipts: PacketCounts
  /** The legs of each probe, by sequence, in the order of sending. */
  readonly records: Map<number, PacketRecord[]>
}

export interface ClientTruth {
  readonly up: DirectionTruth
  readonly down: DirectionTruth
}

/** What the network did, independent of the machines. By client number. */
export interface NetworkTruth {
  readonly clients: readonly ClientTruth[]
}

export function createNetworkTruth(clients: number): NetworkTruth {
  return { clients: Array.from({ length: clients }, createClientTruth) }
}

export function createClientTruth(): ClientTruth {
  return { up: createDirectionTruth(), down: createDirectionTruth() }
}

function createDirectionTruth(): DirectionTruth {
  return { probes: createCounts(), receipts: createCounts(), records: new Map() }
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
