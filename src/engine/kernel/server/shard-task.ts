import type { ResponderPlan } from '../../../facts/responder-plan.ts'
import type { ResponderSockets } from '../../port.ts'
import type { WakerHandle } from '../loop/waker.ts'
import type { ShardTable } from './shard-sockets.ts'

/** The task of a thread that runs a server, or one shard of several on the same port. */
export interface ShardTask {
  readonly plan: ResponderPlan
  readonly sockets: ResponderSockets
  readonly waker: WakerHandle
  /** `share`: let others join its port. `join`: use the shared port of another shard. */
  readonly port: 'own' | 'share' | 'join'
  /** Its index among the shards, and their shared memory: sockets and traffic counters (ServerTraffic). */
  readonly number: number
  readonly shards: ShardTable
  readonly traffic: Float64Array
  /** The token buckets of the caps (AnswerCaps). */
  readonly caps: SharedArrayBuffer
}
