import type { Address } from '../../src/base/address.ts'
import type { Nanos } from '../../src/base/nanos.ts'
import type { ImpairmentRule } from '../../src/facts/impairment-rule.ts'

/** A socket's receive buffer and the program that empties it. */
export interface BufferRules {
  /** Datagrams that fit; what arrives while it is full is dropped and counted. */
  readonly datagrams: number
  /** The program looks once every so many ns and takes everything; 0: at once. */
  readonly pause: Nanos
}

/** Configuration of a simulated network. */
export interface Network {
  readonly seed: string | number
  /** Rules for each client's datagrams on their way to the server, and back. */
  readonly up: readonly ImpairmentRule[]
  readonly down: readonly ImpairmentRule[]
  /** Time that every datagram takes, each way. */
  readonly latency: Nanos
  readonly serverBuffer?: BufferRules
  /** Of each client's socket. */
  readonly clientBuffer?: BufferRules
  /** Whether drop counters can be read; they can by default. */
  readonly dropsObservable?: boolean
  /** How a closed port shows: as an ICMP error with the quoted datagram (default), as a bare ECONNREFUSED, or not at all. */
  readonly icmp?: 'queue' | 'errno' | 'none'
  /** Bytes of the offending datagram's payload that an ICMP error quotes; 548 by default, as Linux does. */
  readonly icmpQuote?: number
  /** The largest IP packet that the client's own kernel takes; 65535 by default. */
  readonly localMtu?: number
  /** The server answers from here: sockets connected to its address never see it. */
  readonly replyFrom?: Address
}
