import { SECOND } from '../../base/nanos.ts'
import type { MonitorClock } from './clock.ts'
import type { FlowCounters } from './counters.ts'
import type { FlowModel } from './flow-model.ts'

/** Counters of one flow, for metrics. */
export interface FlowTotals extends FlowCounters {
  readonly port?: number
  readonly inFlight: number
  /** Runs of two losses or more, and the time in them. */
  readonly outages: number
  readonly outageSeconds: number
  /** ms since 1970. */
  readonly lastReplyAt?: number
}

export function flowTotals(flow: FlowModel, clock: MonitorClock): FlowTotals {
  const { outages, time } = flow.outages
  const { sent, lastReply } = flow.outstanding
  const reply = Math.max(lastReply, flow.lastReply)
  return {
    ...flow.counters.result(),
    ...(flow.port === undefined ? {} : { port: flow.port }),
    inFlight: sent,
    outages,
    outageSeconds: time / SECOND,
    ...(reply === -Infinity ? {} : { lastReplyAt: clock.realOf(reply) }),
  }
}
