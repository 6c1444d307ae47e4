import { SECOND } from '../../base/nanos.ts'
import type { MonitorClock } from './clock.ts'
import type { FlowCounters } from './counters.ts'
import type { ClockFigures, OneWayBuckets } from './server-clock.ts'
import type { FlowModel } from './flow-model.ts'

/** Counters of one flow, for metrics. */
export interface FlowTotals extends FlowCounters {
  /** Undefined: no socket was opened yet. */
  readonly port: number | undefined
  readonly inFlight: number
  /** Runs of two losses or more, and the time in them. */
  readonly outages: number
  readonly outageSeconds: number
  /** ms since 1970. */
  readonly lastReplyAt: number | undefined
  /** Undefined: in the last closed epoch the server reported no times. */
  readonly clock: ClockFigures | undefined
  /** Undefined: not counted. */
  readonly oneWay: OneWayBuckets | undefined
}

export function flowTotals(flow: FlowModel, clock: MonitorClock): FlowTotals {
  const { outages, time } = flow.outages
  const { sent, lastReply } = flow.outstanding
  const reply = Math.max(lastReply, flow.lastReply)
  const { figures: serverClock, oneWay } = flow.serverClock
  return {
    ...flow.counters.result(),
    port: flow.port,
    inFlight: sent,
    outages,
    outageSeconds: time / SECOND,
    lastReplyAt: reply === -Infinity ? undefined : clock.realOf(reply),
    clock: serverClock,
    oneWay,
  }
}
