import type {
  FlowView,
  HistoryPoint,
  LedgerFigures,
  MonitorEvent,
  StripCell,
  TargetView,
} from '../../verdict/monitor/view.ts'
import { liveRow, type LiveRow } from './live-row.ts'

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
  readonly flows: readonly FlowView[]
  readonly events: readonly MonitorEvent[]
  /** The points that were asked for, the oldest first. */
  readonly history: readonly HistoryPoint[]
}

export function liveDetail(
  view: TargetView,
  history: readonly HistoryPoint[],
  { now, startedAt }: { readonly now: number; readonly startedAt: number },
): LiveDetail {
  const { sizes, intervalMs, timeoutMs, lastReplyAt, strip, ledger, flows, events } = view
  return {
    now,
    startedAt,
    row: liveRow(view),
    sizes,
    intervalMs,
    timeoutMs,
    ...(lastReplyAt === undefined ? {} : { lastReplyAt }),
    cells: strip,
    ledger,
    flows,
    events,
    history,
  }
}
