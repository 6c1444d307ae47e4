import { SECOND, type Nanos } from '../base/nanos.ts'
import type { ProbePlan } from './plan.ts'
import type { IrttPlan } from './protocol.ts'
import type { IrttClock, IrttStamps, IrttStats } from '../wire/irtt/parameters.ts'

/** Parameters of a session as the server granted them. It may restrict what was asked for. */
export interface IrttGrant {
  /** 0: without end. */
  readonly duration: Nanos
  readonly interval: Nanos
  /** Bytes of a request and of a reply. */
  readonly length: number
  readonly stats: IrttStats
  readonly stamps: IrttStamps
  readonly clock: IrttClock
  /** The TOS byte that the server sets on its replies. */
  readonly tos: number
}

/**
 * Why no session was opened. `silence`: no answer; irtt's server refuses by silence. `unreachable`: an ICMP error. `echoed`: the server returned
 * the request, so it is not irtt's. `length`, `interval`: the server granted another length, or only a longer interval.
 */
export interface IrttRefusal {
  readonly reason: 'silence' | 'unreachable' | 'echoed' | 'length' | 'interval'
  /** What the server granted instead, in bytes or ns. */
  readonly granted?: number
  /** Of the ICMP error. */
  readonly errno?: number
}

/** Observations of a run of irtt probes that the table of probes does not have. */
export interface IrttFacts {
  /** Whether the server answered the request to open the session: every client's. */
  opened: boolean
  /** The server ended the session. */
  closedByServer: boolean
  /** Why no probe was sent. Absent: it was not refused. */
  refused?: IrttRefusal
  /** The most restricted of all sessions. Absent: no session was opened. */
  granted?: IrttGrant
  /** Datagrams without the HMAC, or with a wrong one. They answer no probe. */
  forged: number
}

/** A duration of 0 drops the open request, so a run without end asks for a hundred days. */
const WITHOUT_END: Nanos = 100 * 86_400 * SECOND

/** The session that a run asks for. */
export function askedGrant(plan: ProbePlan, { stats, stamps, clock, duration, tos = 0 }: IrttPlan): IrttGrant {
  return {
    duration: duration > 0 ? Math.ceil(duration) : WITHOUT_END,
    interval: probeInterval(plan),
    length: plan.sizes[0] ?? 0,
    tos,
    stats,
    stamps,
    clock,
  }
}

/** Average time between two probes of a client, at least 1 ns: 0 drops the open request. */
function probeInterval({ interval, burst, bitRate, sizes }: ProbePlan): Nanos {
  const ofOne = bitRate === undefined ? interval / burst : ((sizes[0] ?? 0) * 8 * SECOND) / bitRate
  return Math.max(1, Math.floor(ofOne))
}

export function createIrttFacts(): IrttFacts {
  return { opened: false, closedByServer: false, forged: 0 }
}
