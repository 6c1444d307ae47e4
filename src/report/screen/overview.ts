import type { SlotState } from '../../verdict/monitor/view.ts'
import { displayWidth, padded } from '../text/width.ts'
import { clippedName, clippedSentence } from './clipped.ts'
import { eventPieces, lossPiece, queuePiece, rttPiece } from './figure-text.ts'
import type { Frame } from './frame.ts'
import { writeLegend } from './legend-row.ts'
import { type Piece, writeLine } from './line.ts'
import { markOf } from './marks.ts'
import { GAP, overviewColumns, type OverviewColumns } from './overview-columns.ts'
import { writeRecentEvents } from './recent-events.ts'
import { type Area, isSpacious, type ScreenPage } from './screen-page.ts'
import type { ScreenRow } from './screen-rows.ts'
import { type Shown, ZOOMS } from './screen-state.ts'
import { stripColumns } from './strip-columns.ts'

/** Before the selected row. */
export const SELECTED = '›'

/** One row for each target, and for each flow if the user wants them. */
export function drawOverview({ frame, top, bottom }: Area, page: ScreenPage, rows: readonly ScreenRow[]): Shown {
  const { state, width } = page
  const columns = overviewColumns(
    width,
    Math.max(0, ...rows.map(({ name, isFlow }) => displayWidth(name) + (isFlow ? 2 : 0))),
  )
  writeHeader(frame, top, columns, ZOOMS[state.zoom] ?? 1)
  const last = isSpacious(page) ? bottom - 2 : bottom
  const fit = Math.max(1, last - top - 1)
  const selected = Math.max(
    0,
    rows.findIndex(({ key }) => key === state.selected),
  )
  const first = Math.max(0, Math.min(rows.length - fit, selected - Math.floor(fit / 2)))
  const states = new Set<SlotState>()
  const shown = rows.slice(first, first + fit)
  for (const [index, row] of shown.entries()) {
    const isSelected = first + index === selected
    for (const slot of writeRow(frame, top + 1 + index, row, columns, page, isSelected)) states.add(slot)
  }
  if (isSpacious(page)) {
    const place = rows.length > fit ? `${first + 1}–${first + shown.length} of ${rows.length}` : ''
    const start = width - 1 - place.length
    frame.write(bottom - 1, start, place, 'dim')
    writeLegend(frame, bottom - 1, states, place === '' ? width - 1 : start - 2)
    writeRecentEvents({ frame, top: top + 2 + shown.length, bottom: bottom - 2 }, page)
  }
  return { rows: rows.map(({ key }) => key), fit, lines: 0 }
}

function writeHeader(frame: Frame, row: number, columns: OverviewColumns, zoom: number): void {
  const scales =
    zoom === 1
      ? ['last probes, one a cell', 'one a cell', 'probes']
      : [`last probes, worst of ${zoom} a cell`, `worst of ${zoom}`]
  const scale = scales.find(text => text.length <= columns.strip) ?? ''
  writeCells(frame, row, columns, {
    name: { text: 'target', style: 'dim' },
    strip: at => void frame.write(row, at, padded(scale, columns.strip, 'right'), 'dim'),
    minute: { text: 'loss 1m', style: 'dim' },
    sinceStart: { text: 'loss all', style: 'dim' },
    p50: { text: 'p50 1m', style: 'dim' },
    p99: { text: 'p99 1m', style: 'dim' },
    queue: { text: 'queueing', style: 'dim' },
    event: [{ text: 'last event', style: 'dim' }],
  })
}

/** Writes a row. Returns the states in its strip. */
function writeRow(
  frame: Frame,
  row: number,
  { name, target, isFlow, strip, minute, sinceStart, event }: ScreenRow,
  columns: OverviewColumns,
  { view, state, localTime }: ScreenPage,
  isSelected: boolean,
): SlotState[] {
  const cells = stripColumns(strip, target.intervalMs, ZOOMS[state.zoom] ?? 1, columns.strip)
  const idle = isFlow ? undefined : target.idle
  if (isSelected) frame.write(row, 0, SELECTED, 'bold')
  writeCells(frame, row, columns, {
    name: { text: isFlow ? `  ${name}` : name, style: isSelected ? 'bold' : isFlow ? 'dim' : 'plain' },
    strip(at) {
      if (idle !== undefined) frame.write(row, at, clippedSentence(idle, columns.strip), 'yellow')
      else
        for (const [index, cell] of cells.entries()) {
          const { mark, style } = markOf(cell.state)
          frame.write(row, at + columns.strip - cells.length + index, mark, style)
        }
    },
    minute: lossPiece(minute),
    sinceStart: lossPiece(sinceStart),
    p50: rttPiece(minute.rtt?.p50Ms),
    p99: rttPiece(minute.rtt?.p99Ms),
    queue: isFlow ? { text: '' } : queuePiece(target.queue),
    event: event === undefined ? [] : eventPieces(event, view.now, localTime),
  })
  return idle === undefined ? cells.map(cell => cell.state) : []
}

interface RowCells {
  readonly name: Piece
  readonly strip: (column: number) => void
  readonly minute: Piece
  readonly sinceStart: Piece
  readonly p50: Piece
  readonly p99: Piece
  readonly queue: Piece
  readonly event: readonly Piece[]
}

/** Writes cells at their columns: figures to the right, texts to the left and shortened. */
function writeCells(frame: Frame, row: number, columns: OverviewColumns, cells: RowCells): void {
  let at = GAP
  frame.write(row, at, clippedName(cells.name.text, columns.name), cells.name.style)
  at += columns.name + GAP
  cells.strip(at)
  at += columns.strip
  for (const column of ['minute', 'sinceStart', 'p50', 'p99', 'queue'] as const) {
    if (columns[column] === 0) continue
    at += GAP + columns[column]
    const { text, style } = cells[column]
    frame.write(row, at - displayWidth(text), text, style)
  }
  if (columns.event > 0) {
    const [first, second] = cells.event
    const start = at + GAP
    const text =
      second === undefined
        ? []
        : [
            {
              ...second,
              text: clippedSentence(second.text, start + columns.event - (at + GAP + (first?.text.length ?? 0))),
            },
          ]
    writeLine(frame, row, start, [...(first === undefined ? [] : [first]), ...text], start + columns.event)
  }
}
