import type { Address } from '../../../base/address.ts'
import type { Nanos } from '../../../base/nanos.ts'
import type { HeaderFacts } from '../../../facts/headers.ts'
import type { IcmpError } from '../../../facts/icmp.ts'
import type { IgnoredIcmp } from '../../../facts/ignored-icmp.ts'
import type { ImplausibleCounts } from '../../../facts/implausible.ts'
import type { ReceiveErrors } from '../../../facts/receive-errors.ts'
import type { ProbePlan } from '../../../facts/plan.ts'
import type { EngineFacts, ReceiptsFacts, RunFacts, SourceFacts } from '../../../facts/run.ts'
import type { ProberSockets } from '../../port.ts'
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

/** The receipts of the client with this number. */
export interface ClientReceipts {
  readonly number: number
  readonly receipts: ReceiptsFacts
}

/** Its periodic update. */
export interface ProberUpdate {
  /** Pages opened since the last update. */
  readonly pages: readonly SharedPage[]
  readonly epoch: RunFacts['epoch'] | undefined
  readonly startedAt: Nanos
  readonly closedAt: Nanos
  readonly interrupted: boolean
  readonly finalRows: number
  readonly icmp: readonly IcmpError[]
  readonly wrongReplyAddress: Address | undefined
  readonly clockStep: Nanos | undefined
  /** Receipts that changed since the last update. Rows below `finalRows` are judged by them. */
  readonly receipts: readonly ClientReceipts[]
  /** By client, at the end only. Without the port of the first socket. */
  readonly sources: readonly (SourceFacts[] | undefined)[] | undefined
  /** At the end only. */
  readonly headers: HeaderFacts | undefined
  /** At the end only. */
  readonly implausible: ImplausibleCounts | undefined
  /** At the end only. */
  readonly icmpIgnored: IgnoredIcmp | undefined
  /** At the end only. */
  readonly receiveErrors: ReceiveErrors | undefined
}
