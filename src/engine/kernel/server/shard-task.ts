import type { ResponderPlan } from '../../../facts/responder-plan.ts'
import type { ResponderSockets } from '../../port.ts'
import type { WakerHandle } from '../loop/waker.ts'
import type { ShardTable } from './shard-sockets.ts'

/** Task of a thread that runs a server, or one of several on the same port. */
export interface ShardTask {
  readonly plan: ResponderPlan
  readonly sockets: ResponderSockets
  readonly waker: WakerHandle
  /** `share`: lets others join its port. `join`: the port is another's that shares it. */
  readonly port: 'own' | 'share' | 'join'
  /** Its place among the shards of the server, and the memory that they share: their sockets, and what those counted (ServerTraffic). */
  readonly number: number
  readonly shards: ShardTable
  readonly traffic: Float64Array
  /** The buckets of the caps (AnswerCaps). */
  readonly caps: SharedArrayBuffer
}
