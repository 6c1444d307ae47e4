import type { Nanos } from '../base/nanos.ts'
import type { ImpairmentRule } from './impairment-rule.ts'
import type { SourceCap } from './responder-plan.ts'

/** What a relay does with each datagram, as plain data: it crosses to a worker. */
export interface RelayPlan {
  /** Rules on the way to the server, and back to the client. */
  readonly up: readonly ImpairmentRule[]
  readonly down: readonly ImpairmentRule[]
  /** The same seed and the same arrivals meet the same fate. */
  readonly seed: string
  /** Bytes that may wait in the relay, all clients together; what would be more is dropped and counted. */
  readonly queue: number
  /** Most clients at once; the longest idle gives up its place. */
  readonly maxClients: number
  /** A client unheard for so long, in both directions, is forgotten. */
  readonly idle: Nanos
  /** Most datagrams and bytes of them a second, each way, for one source network. */
  readonly sourceCap: SourceCap
  /** Whether datagrams are taken from the ports of services that may answer an answer. */
  readonly servicePorts?: boolean
  /** The relay ends after this time. */
  readonly duration?: Nanos
}
