import type { TargetView } from '../../verdict/monitor/view.ts'
import { formatMs } from '../text/milliseconds.ts'
import { padded } from '../text/width.ts'
import { bandLines } from './band-lines.ts'
import { timeText } from './figure-text.ts'
import type { Line } from './line.ts'
import { markOf } from './marks.ts'
import type { ScreenPage } from './screen-page.ts'
import { ZOOMS } from './screen-state.ts'
import { type StripColumn, stripColumns } from './strip-columns.ts'

/** Columns before a strip, which has the time of its first cell. */
const LABEL = 10
const MOST_LINES = 4

/** The strip over several lines, the newest last, and below that line the round trips of the same columns. */
export function timeLines(page: ScreenPage, target: TargetView, room: number): Line[] {
  const { strip, intervalMs } = target
  if (strip.length === 0) return []
  const zoom = ZOOMS[page.state.zoom] ?? 1
  const width = room - LABEL
  const columns = stripColumns(strip, intervalMs, zoom, width * MOST_LINES)
  const lines: StripColumn[][] = []
  for (let end = columns.length; end > 0; end -= width) lines.unshift(columns.slice(Math.max(0, end - width), end))
  const scale = zoom === 1 ? 'one probe a cell' : `worst of ${zoom} probes a cell`
  const caption = `${scale}, ${formatMs(zoom * intervalMs)} each`
  return [
    [{ text: `probes (${caption})`, style: 'dim' }],
    ...lines.map(line => stripLine(line, page)),
    ...bandLines(lines.at(-1) ?? [], page),
  ]
}

function stripLine(columns: readonly StripColumn[], { view, localTime }: ScreenPage): Line {
  const [first] = columns
  const time = first === undefined ? '' : timeText(first.at, view.now, localTime).slice(-8)
  return [
    { text: padded(time, LABEL), style: 'dim' },
    ...columns.map(({ state }) => {
      const { mark, style } = markOf(state)
      return { text: mark, style }
    }),
  ]
}
