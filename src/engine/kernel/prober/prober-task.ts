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

/** Task of a thread that sends probes. */
export interface ProberTask {
  readonly plan: ProbePlan
  readonly sockets: ProberSockets
  readonly engine: EngineFacts
  readonly waker: WakerHandle
  /** Where it writes the counts of its clients (client-counters.ts), each time before it reports its progress. */
  readonly counters: Float64Array
  /** How many pages the receiving thread has folded and released: one shared number. */
  readonly folded: Int32Array
}

/** The shared memory of a page of the probe table. */
export interface SharedPage {
  readonly number: number
  readonly buffer: SharedArrayBuffer
}

/** The receipts of the client of this number. */
export interface ClientReceipts {
  readonly number: number
  readonly receipts: ReceiptsFacts
}

/** Its periodic update. */
export interface ProberUpdate {
  /** Opened since the last update. */
  readonly pages: readonly SharedPage[]
  readonly epoch: RunFacts['epoch'] | undefined
  readonly startedAt: Nanos
  readonly closedAt: Nanos
  readonly interrupted: boolean
  readonly finalRows: number
  readonly icmp: readonly IcmpError[]
  readonly wrongReplyAddress: Address | undefined
  readonly clockStep: Nanos | undefined
  /** Of the clients whose receipts changed since the last update. Rows below `finalRows` are judged by them. */
  readonly receipts: readonly ClientReceipts[]
  /** Of each client; at the end only. The port of its first socket is not in there. */
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
