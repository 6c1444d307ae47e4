import type { MeasuredTarget } from '../../verdict/monitor/measured-target.ts'
import type { HistoryPoint, MonitorView, TargetView } from '../../verdict/monitor/view.ts'

/** What the page and the metrics need from a monitor. */
export interface LiveSource {
  readonly engine: MonitorView['engine']
  /** The drop counters of its sockets can be read. */
  readonly countsDrops: boolean
  /** The present state. Targets differ in `target`, `module` or `size`. */
  view(): MonitorView
  /** Counters of each target at present. */
  measure(): readonly MeasuredTarget[]
  /** History of at most an hour, from a time on (ms since 1970), the oldest first. */
  history(target: TargetView, since: number): readonly HistoryPoint[]
  /** Whether all targets have been started. */
  isReady(): boolean
}
