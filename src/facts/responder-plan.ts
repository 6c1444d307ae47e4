import type { AnswerCap } from '../base/answer-cap.ts'
import type { Nanos } from '../base/nanos.ts'
import type { ServerProtocolPlan } from './protocol.ts'

/** Maximum answers and bytes of answers a second to one source network (/24 of IPv4, /56 of IPv6); absent: no limit. */
export interface SourceCap extends AnswerCap {
  /** Whether the cap holds for loopback addresses too. */
  readonly onLoopback: boolean
}

/** The plan of a server, as plain data: it can be posted to a worker. */
export interface ResponderPlan {
  readonly mode: 'upper' | 'echo' | 'discard'
  /** A fixed answer instead of the mode's. */
  readonly reply?: Uint8Array
  /** Time between a datagram and its answer. */
  readonly delay: Nanos
  /** Maximum answers a second in total; absent: no limit. */
  readonly maxRate?: number
  readonly sourceCap: SourceCap
  /** Maximum number of peers kept; the longest idle one is evicted. */
  readonly maxPeers: number
  /** CIDR blocks. `deny` wins; a non-empty `allow` list refuses all others. */
  readonly allow: readonly string[]
  readonly deny: readonly string[]
  /** The server closes after this many datagrams, after this time, or after this time without a datagram. */
  readonly maxDatagrams?: number
  readonly duration?: Nanos
  readonly maxIdle?: Nanos
  /** Logs each new peer, and the first datagram of each peer and reason that is not answered, to `ServerFacts.log`. */
  readonly logs?: boolean
  /** Renews `ServerFacts.activity` and `kernelDrops` twice a second. */
  readonly live?: boolean
  /** Absent: an echo server, by `mode`. */
  readonly protocol?: ServerProtocolPlan
}
