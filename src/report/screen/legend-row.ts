import type { SlotState } from '../../verdict/monitor/view.ts'
import { displayWidth } from '../text/width.ts'
import type { Frame } from './frame.ts'
import { writeLine } from './line.ts'
import { MARKS } from './marks.ts'

const GAP = 3

/** The meanings of the marks on the screen, the worst first, as many as fit; the help has all of them. */
export function writeLegend(frame: Frame, row: number, states: ReadonlySet<SlotState>, end = frame.width - 1): void {
  let column = 1
  for (const { state, mark, style, meaning } of MARKS.toReversed()) {
    if (!states.has(state) || column + 2 + displayWidth(meaning) > end) continue
    column =
      GAP + writeLine(frame, row, column, [{ text: mark, style }, { text: ' ' }, { text: meaning, style: 'dim' }], end)
  }
}
