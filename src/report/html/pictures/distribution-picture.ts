import type { ResultDelay } from '../../../verdict/result.ts'
import { formatCount } from '../../../base/counted.ts'
import { FATES } from '../../result/fates.ts'
import { FEWEST_FOR_HISTOGRAM } from '../../result/histogram.ts'
import { formatMs } from '../../text/milliseconds.ts'
import { type Axis, linearAxis, logAxis, tickText } from './axis.ts'
import { across, drawn, type Frame, picture, tenth, ticksBelow, ticksBeside } from './frame.ts'
import { element, type Markup } from '../markup.ts'
import type { ProbeSeries } from './probe-series.ts'

/** Height for three percentile labels above each other, px. */
const TOP = 48
/** From this ratio on, columns of equal width would mostly be empty. */
const WIDE_RATIO = 3
const MARKED = [
  ['p50', 'p50Ms'],
  ['p90', 'p90Ms'],
  ['p99', 'p99Ms'],
] as const satisfies readonly (readonly [string, keyof ResultDelay])[]

/** The round trips that count in the delay figures: those of corrupt replies do not. */
export function countedDelays({ rttMs, fate }: ProbeSeries): Float64Array {
  return rttMs.filter((rtt, row) => Number.isFinite(rtt) && FATES[fate[row] ?? 0]?.fate !== 'corrupt')
}

/** The number of values in each column of the axis. */
export function columnCounts(values: ArrayLike<number>, axis: Axis, columns: number): readonly number[] {
  const counts = Array.from({ length: columns }, () => 0)
  for (let index = 0; index < values.length; index++) {
    const column = Math.min(columns - 1, Math.floor(axis.place(values[index] ?? 0) * columns))
    counts[column] = (counts[column] ?? 0) + 1
  }
  return counts
}

/** The distribution of round trips. Undefined if there are too few, or all are equal. */
export function distributionPicture(delays: Float64Array, rtt: ResultDelay): Markup | undefined {
  if (delays.length < FEWEST_FOR_HISTOGRAM || !(rtt.maxMs > rtt.minMs)) return undefined
  const axis =
    rtt.minMs > 0 && rtt.maxMs / rtt.minMs >= WIDE_RATIO
      ? logAxis(rtt.minMs, rtt.maxMs)
      : linearAxis(rtt.minMs, rtt.maxMs, 6)
  return drawn(frame => drawHistogram(frame, delays, rtt, axis))
}

function drawHistogram(frame: Frame, delays: Float64Array, rtt: ResultDelay, axis: Axis): Markup {
  const height = frame.name === 'wide' ? 130 : 110
  const most = frame.name === 'wide' ? 120 : 60
  const columns = Math.min(most, Math.max(8, Math.ceil(3 * Math.sqrt(delays.length))))
  const counts = columnCounts(delays, axis, columns)
  const top = Math.max(...counts)
  const scale = linearAxis(0, top, 3)
  const bars = counts.map((count, column) => {
    if (count === 0) return ''
    const left = place(column)
    const tall = tenth(Math.max(1.5, (count / top) * height))
    return `M${left} ${tenth(TOP + height)}v${-tall}h${tenth(Math.max(1, place(column + 1) - left - 1))}v${tall}z`
  })
  function place(column: number): number {
    const plot = frame.width - frame.left - frame.right
    return tenth(frame.left + (column / columns) * plot)
  }
  return picture(
    frame,
    TOP + height + 24,
    `Distribution of ${formatCount(delays.length)} round-trip times from ${formatMs(rtt.minMs)} to ${formatMs(rtt.maxMs)}${axis.logarithmic ? ', on a logarithmic axis' : ''}`,
    ticksBeside(frame, scale, TOP, height, value => (Number.isInteger(value) ? formatCount(value) : '')),
    element('path', { class: 'bars', d: bars.join('') }),
    marks(frame, axis, rtt, height),
    ticksBelow(frame, axis, TOP + height, tickText),
  )
}

/** Percentile labels above the bars, each a step higher if it would overlap the one before. */
function marks(frame: Frame, axis: Axis, rtt: ResultDelay, height: number): Markup {
  const letters = frame.name === 'wide' ? 92 : 84
  let free = -Infinity
  let step = 0
  return element(
    'g',
    { class: 'percentiles' },
    MARKED.map(([name, key]) => {
      const x = across(frame, axis, rtt[key])
      const text = Math.min(x, frame.width - letters)
      step = text < free ? step + 1 : 0
      free = text + letters
      const top = TOP - 6 - step * 15
      return [
        element('path', { class: 'percentile', d: `M${x} ${top}V${TOP + height}` }),
        element(
          'text',
          { x: tenth(text + 3), y: top + 3 },
          element('tspan', { class: 'dim' }, name),
          element('tspan', { dx: 5, class: 'strong' }, formatMs(rtt[key])),
        ),
      ]
    }),
  )
}
