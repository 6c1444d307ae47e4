import type { ProbePlan } from '../../../facts/plan.ts'
import type { EngineFacts } from '../../../facts/run.ts'
import type { ProberSockets } from '../../port.ts'
import type { RunUpdate } from '../../run-update.ts'
import type { WakerHandle } from '../loop/waker.ts'

/** The task of a thread that sends probes. */
export interface ProberTask {
  readonly plan: ProbePlan
  readonly sockets: ProberSockets
  readonly engine: EngineFacts
  readonly waker: WakerHandle
  /** The thread writes the counters of its clients here before each progress message (client-counters.ts). */
  readonly counters: Float64Array
  /** Number of pages that the receiving thread has folded and released, in shared memory. */
  readonly folded: Int32Array
  /** Post soon after each arrival. */
  readonly live: boolean
}

/** A page of the probe table in shared memory. */
export interface SharedPage {
  readonly number: number
  readonly buffer: SharedArrayBuffer
}

/** Its periodic update. */
export interface ProberUpdate extends RunUpdate {
  /** Pages opened since the last update. */
  readonly pages: readonly SharedPage[]
}
