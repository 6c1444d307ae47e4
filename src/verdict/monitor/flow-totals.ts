import { SECOND } from '../../base/nanos.ts'
import type { MonitorClock } from './clock.ts'
import type { FlowCounters } from './counters.ts'
import { flowLedger, lastReply, type ReadFlow } from './figures.ts'

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

export function flowTotals(read: ReadFlow, clock: MonitorClock): FlowTotals {
  const { flow } = read
  const { outages, time } = flow.outages
  const reply = lastReply([read])
  return {
    ...flow.counters.result(),
    ...(flow.port === undefined ? {} : { port: flow.port }),
    inFlight: flowLedger(read).inFlight,
    outages,
    outageSeconds: time / SECOND,
    ...(reply === -Infinity ? {} : { lastReplyAt: clock.realOf(reply) }),
  }
}
