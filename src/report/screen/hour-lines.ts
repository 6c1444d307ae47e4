import type { HistoryPoint } from '../../verdict/monitor/view.ts'
import { formatMs } from '../text/milliseconds.ts'
import { block } from '../text/sparkline.ts'
import { padded } from '../text/width.ts'
import { bandLines } from './band-lines.ts'
import { timeText } from './figure-text.ts'
import type { Line, Piece } from './line.ts'
import type { ScreenPage } from './screen-page.ts'
import type { StripColumn } from './strip-columns.ts'

const LABEL = 10
const HOUR_MS = 3_600_000
const POINT_MS = 10_000
/** The strip shows as much of less than a minute. */
const FEWEST_POINTS = 6

interface HourColumn extends StripColumn {
  readonly settled: number
  readonly lost: number
  readonly missed: number
}

/** Round trips and loss of the last hour, the newest at the right. Nothing before there is more than a point. */
export function hourLines(points: readonly HistoryPoint[], page: ScreenPage, room: number): Line[] {
  const [oldest] = points
  if (oldest === undefined || points.length < FEWEST_POINTS) return []
  const { view, localTime } = page
  const width = room - LABEL
  // A young history fills only a part of the width, with as fine cells as there are.
  const age = Math.min(HOUR_MS, Math.floor((view.now - oldest.at) / POINT_MS + 1) * POINT_MS)
  const span = Math.ceil(age / POINT_MS / width) * POINT_MS
  const count = Math.ceil(age / span)
  const last = Math.floor(view.now / span)
  const columns = Array.from({ length: count }, (_, index) => {
    const from = (last - count + 1 + index) * span
    return columnOf(
      from,
      points.filter(({ at }) => at >= from && at < from + span),
    )
  })
  const first = columns[0]?.at ?? view.now
  const start = timeText(first, view.now, localTime).slice(-8)
  return [
    [{ text: `last hour, ${formatMs(span)} a cell`, style: 'dim' }],
    ...bandLines(columns, page),
    [{ text: padded('loss', LABEL), style: 'dim' }, ...columns.map(lossPiece)],
    [{ text: padded('', LABEL) + start + padded('now', Math.max(4, count - start.length), 'right'), style: 'dim' }],
  ]
}

function columnOf(at: number, points: readonly HistoryPoint[]): HourColumn {
  const sum = (value: (point: HistoryPoint) => number): number =>
    points.reduce((total, point) => total + value(point), 0)
  const rtts = points.flatMap(({ rtt }) => (rtt === undefined ? [] : [rtt]))
  const rttMs =
    rtts.length === 0 ? [] : [Math.min(...rtts.map(({ minMs }) => minMs)), Math.max(...rtts.map(({ p99Ms }) => p99Ms))]
  return {
    at,
    state: 'intact',
    rttMs,
    settled: sum(({ settled }) => settled),
    lost: sum(({ lost }) => lost),
    missed: sum(({ missed }) => missed),
  }
}

/** The share of losses as a block, or the mark of slots in which nothing was sent. */
function lossPiece({ settled, lost, missed }: HourColumn): Piece {
  if (lost > 0) return { text: block(lost / settled), style: 'red' }
  return missed > 0 ? { text: '_', style: 'blue' } : { text: settled > 0 ? '·' : ' ', style: 'dim' }
}
