import { formatCount } from '../../../base/counted.ts'
import { linearAxis, tickText } from './axis.ts'
import { groupClass } from './group-class.ts'
import { across, drawn, type Frame, picture, plotWidth, tenth, ticksBelow } from './frame.ts'
import { element, type Markup } from '../markup.ts'
import type { Lane, TimeSlices } from './time-slices.ts'

/** Height of a lane, and of the label above it, px. */
const LANE = 20
const GAP = 6
const LABEL = 15
/** Least height of a bar, so that a single probe among thousands is visible. */
const LEAST = 2

/** Fates over time, one lane each. The height of a bar is the share of the slice's probes that met the fate. */
export function fateStrip(slices: TimeSlices): Markup {
  const toMs = slices.fromMs + slices.stepMs * slices.totals.length
  return drawn(frame => {
    const labelsAbove = frame.name === 'narrow'
    const pitch = LANE + GAP + (labelsAbove ? LABEL : 0)
    const height = slices.lanes.length * pitch
    const times = linearAxis(slices.fromMs, toMs, frame.name === 'wide' ? 8 : 4)
    const listed = slices.lanes.map(({ fate, count }) => `${fate} ${formatCount(count)}`)
    return picture(
      frame,
      height + 26,
      `Fates over time: ${listed.join(', ')}`,
      slices.lanes.map((lane, index) => {
        const top = index * pitch + (labelsAbove ? LABEL : 0)
        return element(
          'g',
          { class: groupClass(lane.group) },
          element('path', { class: 'floor', d: `M${frame.left} ${top + LANE}h${plotWidth(frame)}` }),
          element('path', {
            d: lanePath(lane, slices.totals, top, place => across(frame, times, slices.fromMs + place * slices.stepMs)),
          }),
          laneLabel(lane, frame, labelsAbove ? top - 4 : top + LANE - 5),
        )
      }),
      ticksBelow(frame, times, height, tickText),
    )
  })
}

/** One bar per slice that has this fate. Adjacent bars of equal height are merged. */
export function lanePath(
  { counts }: Pick<Lane, 'counts'>,
  totals: readonly number[],
  top: number,
  x: (slice: number) => number,
  full: number = LANE,
): string {
  const heights = counts.map((count, slice) => barHeight(count, totals[slice] ?? 0, full))
  let path = ''
  let start = 0
  for (let slice = 1; slice <= heights.length; slice++) {
    const height = heights[start] ?? 0
    if (slice < heights.length && heights[slice] === height) continue
    if (height > 0) {
      const [left, right] = [x(start), x(slice)]
      // Thinner bars are hard to see.
      const width = Math.max(0.8, tenth(right - left))
      path += `M${left} ${tenth(top + full - height)}h${width}v${height}h${-width}z`
    }
    start = slice
  }
  return path
}

function barHeight(count: number, total: number, full: number): number {
  return count === 0 ? 0 : tenth(LEAST + (full - LEAST) * (count / Math.max(1, total)))
}

function laneLabel({ fate, count }: Lane, frame: Frame, y: number): Markup {
  const x = frame.name === 'narrow' ? frame.left : frame.left + plotWidth(frame) + 14
  return element(
    'text',
    { x, y },
    element('tspan', { class: 'strong' }, formatCount(count)),
    element('tspan', { dx: 5 }, fate),
  )
}
