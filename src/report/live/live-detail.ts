import type {
  HistoryPoint,
  LedgerFigures,
  MonitorEvent,
  MonitorWarning,
  StripCell,
  TargetView,
  WindowFigures,
} from '../../verdict/monitor/view.ts'
import { liveRow, type LiveRow, stripText } from './live-row.ts'

/** Cells of the strip of the selected target, and of each of its flows. */
const CELLS = 60
const FLOW_CELLS = 30

/** A flow of the selected target. */
export interface LiveFlow {
  /** Absent: its socket is not open. */
  readonly port?: number
  readonly strip: string
  readonly minute: WindowFigures
  readonly scheduled: number
}

/** The answer of `/detail`: what the page shows of the selected target. */
export interface LiveDetail {
  /** ms since 1970, by the clock of the server. */
  readonly now: number
  readonly startedAt: number
  readonly row: LiveRow
  readonly sizes: readonly number[]
  readonly intervalMs: number
  readonly timeoutMs: number
  readonly lastReplyAt?: number
  readonly cells: readonly StripCell[]
  readonly ledger: LedgerFigures
  readonly flows: readonly LiveFlow[]
  readonly events: readonly MonitorEvent[]
  readonly warnings: readonly MonitorWarning[]
  /** The points that were asked for, the oldest first. */
  readonly history: readonly HistoryPoint[]
}

export function liveDetail(
  view: TargetView,
  history: readonly HistoryPoint[],
  { now, startedAt }: { readonly now: number; readonly startedAt: number },
): LiveDetail {
  const { sizes, intervalMs, timeoutMs, lastReplyAt, strip, ledger, flows, events, warnings = [] } = view
  return {
    now,
    startedAt,
    row: liveRow(view),
    sizes,
    intervalMs,
    timeoutMs,
    ...(lastReplyAt === undefined ? {} : { lastReplyAt }),
    cells: strip.slice(-CELLS),
    ledger,
    flows: flows.map(flow => ({
      ...(flow.port === undefined ? {} : { port: flow.port }),
      strip: stripText(flow.strip, FLOW_CELLS),
      minute: flow.minute,
      scheduled: flow.ledger.scheduled,
    })),
    events,
    warnings,
    history,
  }
}
