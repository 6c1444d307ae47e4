import type { Nanos } from '../../base/nanos.ts'
import type { MonitorClock } from './clock.ts'
import { flowLedger, minuteOf, sinceStart, type ReadFlow } from './figures.ts'
import { flowStrip } from './strip.ts'
import type { FlowView } from './view.ts'

/** @param cells length of the strip */
export function flowView(read: ReadFlow, now: Nanos, cells: number, clock: MonitorClock): FlowView {
  const { flow, reading } = read
  const ledger = flowLedger(read)
  return {
    ...(flow.port === undefined ? {} : { port: flow.port }),
    strip: flowStrip({ recent: flow.recent, slots: reading.slots }, cells, clock),
    minute: minuteOf([read], now),
    sinceStart: sinceStart([read], ledger, flow.rtt),
    ledger,
  }
}
