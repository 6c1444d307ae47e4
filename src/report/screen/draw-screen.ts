import type { MonitorView } from '../../verdict/monitor/view.ts'
import { drawDetail } from './detail.ts'
import { Frame } from './frame.ts'
import { drawHelp } from './help.ts'
import { writeKeys } from './key-row.ts'
import { drawOverview, SELECTED } from './overview.ts'
import { isSpacious, type ScreenPage, type ScreenSurroundings } from './screen-page.ts'
import { screenRows } from './screen-rows.ts'
import type { ScreenState, Shown } from './screen-state.ts'
import { writeTitle } from './title-row.ts'

/** A smaller screen shows only that it is too small. */
const NARROWEST = 40
const LOWEST = 5
const TOO_SMALL = 'needs at least 40×5'

/** What a screen shows, and what the next key needs to know about it. */
export interface Drawing {
  readonly frame: Frame
  readonly shown: Shown
}

/** Draws the whole screen. */
export function drawScreen(view: MonitorView, state: ScreenState, surroundings: ScreenSurroundings): Drawing {
  const { width, height } = surroundings
  const frame = new Frame(width, height)
  if (!(width >= NARROWEST && height >= LOWEST)) {
    frame.write(0, 0, TOO_SMALL)
    return { frame, shown: { rows: [], fit: 1, lines: 0 } }
  }
  const page: ScreenPage = { ...surroundings, view, state }
  writeTitle(frame, page)
  writeKeys(frame, page)
  const gap = isSpacious(page) ? 1 : 0
  const area = { frame, top: 1 + gap, bottom: height - 1 }
  const rows = screenRows(view, state)
  const selected = rows.find(({ key }) => key === state.selected)
  if (state.hasHelp) return { frame, shown: drawHelp({ ...area, bottom: area.bottom - gap }, page) }
  if (state.page === 'detail' && selected !== undefined)
    return { frame, shown: { ...drawDetail(area, page, selected.target), rows: rows.map(({ key }) => key) } }
  return { frame, shown: drawOverview(area, page, rows) }
}

/** The overview that stays on the terminal afterwards: all rows that fit into its height, without keys. */
export function drawLast(view: MonitorView, state: ScreenState, surroundings: ScreenSurroundings): Frame {
  const { width, height } = surroundings
  const frame = new Frame(width, height)
  const page: ScreenPage = { ...surroundings, view, state }
  writeTitle(frame, page)
  const rows = screenRows(view, state)
  drawOverview({ frame, top: 2, bottom: Math.max(4, height - 2) }, { ...page, height: 0 }, rows)
  // Nothing is selected any more.
  for (let row = 0; row < height; row++) if (frame.cell(row, 0).text === SELECTED) frame.write(row, 0, ' ')
  return frame
}
