import { SECOND, type Nanos } from '../../base/nanos.ts'
import type { IrttGrant } from '../../facts/irtt.ts'
import type { ProbePlan } from '../../facts/plan.ts'
import type { IrttPlan } from '../../facts/protocol.ts'
import type { IrttToken } from '../../wire/irtt/envelope.ts'
import type { IrttLayout } from '../../wire/irtt/layout.ts'
import { IRTT_VERSION, type IrttParameters } from '../../wire/irtt/parameters.ts'
import type { RequestRecord } from './request-record.ts'

/** A duration of 0 drops the open request, so a run without end asks for a hundred days. */
const WITHOUT_END: Nanos = 100 * 86_400 * SECOND

/** A client's session on the server. */
export interface Session {
  readonly token: IrttToken
  readonly layout: IrttLayout
  /** Absent: the server sends no windows. */
  readonly record: RequestRecord | undefined
  /** The server ended it, or we did. */
  isOver: boolean
}

/** What a client asks for. Its probes are as long as the parameters say, and so are the replies. */
export function askedParameters(plan: ProbePlan, protocol: IrttPlan): IrttParameters {
  const { stats, stamps, clock, duration } = protocol
  return {
    version: IRTT_VERSION,
    duration: duration > 0 ? Math.ceil(duration) : WITHOUT_END,
    interval: probeInterval(plan),
    length: plan.sizes[0] ?? 0,
    stats,
    stamps,
    clock,
    tos: protocol.tos ?? 0,
  }
}

/** Average time between two probes of a client, at least 1 ns: 0 drops the open request. */
function probeInterval({ interval, burst, bitRate, sizes }: ProbePlan): Nanos {
  const ofOne = bitRate === undefined ? interval / burst : ((sizes[0] ?? 0) * 8 * SECOND) / bitRate
  return Math.max(1, Math.floor(ofOne))
}

export function grantOf(parameters: IrttParameters, { length }: IrttLayout, asked: IrttPlan): IrttGrant {
  const { duration, interval, stats, stamps, clock = asked.clock, tos } = parameters
  return { duration, interval, length, stats, stamps, clock, tos }
}

/** Whether a datagram, long enough for it, has this token. */
export function hasToken(datagram: Uint8Array, { token: at }: IrttLayout, { low, high }: IrttToken): boolean {
  const view = new DataView(datagram.buffer, datagram.byteOffset + at, 8)
  return view.getUint32(0, true) === low && view.getUint32(4, true) === high
}
