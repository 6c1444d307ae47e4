import type { Nanos } from '../base/nanos.ts'

/** What a server does with each datagram, as plain data: it crosses to a worker. */
export interface ResponderPlan {
  readonly mode: 'upper' | 'echo' | 'discard'
  /** A fixed answer instead of the mode's. */
  readonly reply?: Uint8Array
  /** Time between a datagram and its answer. */
  readonly delay: Nanos
  /** Most answers a second to everyone, and to one source address; absent: no limit. */
  readonly maxRate?: number
  readonly maxRatePerSource?: number
  /** Most answers a second of plain data to one source that is not on loopback; where `maxRatePerSource` is not set. */
  readonly plainRatePerSource: number
  /** Most peers remembered; the longest idle is forgotten. */
  readonly maxPeers: number
  /** CIDR blocks. `deny` wins; an `allow` list that is not empty refuses all others. */
  readonly allow: readonly string[]
  readonly deny: readonly string[]
  /** The server closes after so many datagrams, after this time, after this time without a datagram. */
  readonly maxDatagrams?: number
  readonly duration?: Nanos
  readonly maxIdle?: Nanos
}
