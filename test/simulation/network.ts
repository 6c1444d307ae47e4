import type { Address } from '../../src/base/address.ts'
import type { Nanos } from '../../src/base/nanos.ts'
import type { ImpairmentRule } from '../../src/facts/impairment-rule.ts'

/** A socket's receive buffer and the program that empties it. */
export interface BufferRules {
  /** Datagrams that fit. Those that arrive while it is full are dropped and counted. */
  readonly datagrams: number
  /** Time between two reads of the program, each of which takes everything. 0: reads at once. */
  readonly pause: Nanos
}

/** Configuration of a simulated network. */
export interface Network {
  readonly seed: string | number
  /** Rules for each client's datagrams to the server, and for the replies. */
  readonly up: readonly ImpairmentRule[]
  readonly down: readonly ImpairmentRule[]
  /** Delay of every datagram, in each direction. */
  readonly latency: Nanos
  readonly serverBuffer?: BufferRules
  /** For each client's socket. */
  readonly clientBuffer?: BufferRules
  /** Whether drop counters can be read. Default true. */
  readonly dropsObservable?: boolean
  /** The effect of a closed port: an ICMP error with the quoted datagram (default), only ECONNREFUSED, or nothing. */
  readonly icmp?: 'queue' | 'errno' | 'none'
  /** Payload bytes of the datagram that an ICMP error quotes. Default 548, as in Linux. */
  readonly icmpQuote?: number
  /** The largest IP packet that the client's kernel accepts. Default 65535. */
  readonly localMtu?: number
  /** The server answers from this address, so sockets connected to its own address never receive the answer. */
  readonly replyFrom?: Address
}
