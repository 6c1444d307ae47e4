import type { HistoryPoint, MonitorView, TargetView } from '../../verdict/monitor/view.ts'

/** What the page needs from a monitor. */
export interface LiveSource {
  /** The present state. Targets differ in `target`, `module` or `size`. */
  view(): MonitorView
  /** History of at most an hour, from a time on (ms since 1970), the oldest first. */
  history(target: TargetView, since: number): readonly HistoryPoint[]
  /** Whether all targets have been started. */
  isReady(): boolean
}
