import { worseState } from '../../verdict/monitor/strip.ts'
import type { SlotState, StripCell } from '../../verdict/monitor/view.ts'

/** A column of a strip: one slot, or several with the worst of their states. */
export interface StripColumn {
  readonly state: SlotState
  /** When its first slot was due: ms since 1970. */
  readonly at: number
  /** Round trips of its replies, ms, ascending. */
  readonly rttMs: readonly number[]
}

/**
 * The newest columns of a strip, at most `width`, `zoom` slots each. A slot stays with its neighbours while time goes on, so the first and
 * the last column may have fewer.
 */
export function stripColumns(
  strip: readonly StripCell[],
  intervalMs: number,
  zoom: number,
  width: number,
): StripColumn[] {
  const newest = strip.slice(-Math.max(1, width) * zoom)
  const columns: { state: SlotState; at: number; group: number; rttMs: number[] }[] = []
  for (const { state, at, rttMs } of newest) {
    const group = Math.floor(Math.round(at / intervalMs) / zoom)
    let column = columns.at(-1)
    if (column === undefined || zoom === 1 || column.group !== group) {
      column = { state, at, group, rttMs: [] }
      columns.push(column)
    }
    column.state = worseState(column.state, state)
    if (rttMs !== undefined) column.rttMs.push(rttMs)
  }
  for (const { rttMs } of columns) rttMs.sort((a, b) => a - b)
  return columns.slice(-width)
}
