import type { Nanos } from '../base/nanos.ts'
import type { ImpairmentRule } from './impairment-rule.ts'
import type { SourceCap } from './responder-plan.ts'

/** The plan of a relay, as plain data: it can be posted to a worker. */
export interface RelayPlan {
  /** Rules from client to server; `down`: from server to client. */
  readonly up: readonly ImpairmentRule[]
  readonly down: readonly ImpairmentRule[]
  /** The same seed and the same arrivals give the same result. */
  readonly seed: string
  /** Bytes that may wait in the relay, for all clients together; further datagrams are dropped and counted. */
  readonly queue: number
  /** Maximum number of clients at once; the longest idle one is evicted. */
  readonly maxClients: number
  /** Evict a client after this idle time in both directions. */
  readonly idle: Nanos
  /** Maximum datagrams and bytes a second, in each direction, for one source network. */
  readonly sourceCap: SourceCap
  /** Whether datagrams from the ports of services that may answer an answer are accepted. */
  readonly servicePorts?: boolean
  readonly duration?: Nanos
}
