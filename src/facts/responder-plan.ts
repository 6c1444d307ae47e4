import type { AnswerCap } from '../base/answer-cap.ts'
import type { Nanos } from '../base/nanos.ts'

/** Most answers and bytes of answers a second to one source network (/24 of IPv4, /56 of IPv6); absent: no limit. */
export interface SourceCap extends AnswerCap {
  /** Holds for loopback addresses too. */
  readonly onLoopback: boolean
}

/** What a server does with each datagram, as plain data: it crosses to a worker. */
export interface ResponderPlan {
  readonly mode: 'upper' | 'echo' | 'discard'
  /** A fixed answer instead of the mode's. */
  readonly reply?: Uint8Array
  /** Time between a datagram and its answer. */
  readonly delay: Nanos
  /** Most answers a second to everyone; absent: no limit. */
  readonly maxRate?: number
  readonly sourceCap: SourceCap
  /** Most peers remembered; the longest idle is forgotten. */
  readonly maxPeers: number
  /** CIDR blocks. `deny` wins; an `allow` list that is not empty refuses all others. */
  readonly allow: readonly string[]
  readonly deny: readonly string[]
  /** The server closes after so many datagrams, after this time, after this time without a datagram. */
  readonly maxDatagrams?: number
  readonly duration?: Nanos
  readonly maxIdle?: Nanos
  /** Notes in `ServerFacts.seen` what is done with each datagram. */
  readonly logs?: boolean
}
