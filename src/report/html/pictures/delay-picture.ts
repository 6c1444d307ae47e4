import type { ResultDelay } from '../../../verdict/result.ts'
import type { FateGroup } from '../../result/fates.ts'
import { formatMs } from '../../text/milliseconds.ts'
import { type Axis, delayAxis, linearAxis, tickText } from './axis.ts'
import { type DelayPoint, groupOf } from './extremes.ts'
import { groupClass } from './group-class.ts'
import { across, drawn, type Frame, picture, plotWidth, tenth, ticksBelow, ticksBeside } from './frame.ts'
import { element, type Markup } from '../markup.ts'

const TOP = 10
const BELOW = 26

/** Percentiles that are drawn as lines, from bottom to top. */
export const LINES = [
  ['p50', 'p50Ms'],
  ['p99', 'p99Ms'],
  ['max', 'maxMs'],
] as const satisfies readonly (readonly [string, keyof ResultDelay])[]

/** Round trips over sending time, one point per reply: a dot is whole, × damaged, + late. */
export function delayPicture(
  points: readonly DelayPoint[],
  rtt: ResultDelay,
  range: { readonly fromMs: number; readonly toMs: number },
): Markup {
  const delays = pointAxis(points, rtt)
  return drawn(frame => {
    const height = frame.name === 'wide' ? 230 : 170
    const times = linearAxis(range.fromMs, range.toMs, frame.name === 'wide' ? 8 : 4)
    const y = (ms: number): number => tenth(TOP + height * (1 - delays.place(ms)))
    return picture(
      frame,
      TOP + height + BELOW,
      `Round-trip time of ${points.length} replies over ${formatMs(range.toMs - range.fromMs)}: ${formatMs(rtt.minMs)} to ${formatMs(rtt.maxMs)}, median ${formatMs(rtt.p50Ms)}`,
      ticksBeside(frame, delays, TOP, height, tickText),
      ticksBelow(frame, times, TOP + height, tickText),
      [
        ...pathsOf(
          points,
          point => across(frame, times, point.timeMs),
          point => y(point.rttMs),
        ),
      ].map(([group, d]) => element('path', { class: `points ${groupClass(group)}`, d })),
      frame.right > 100 ? percentileLabels(frame, rtt, y) : undefined,
    )
  })
}

/** The axis that contains all points and percentiles. */
export function pointAxis(points: readonly DelayPoint[], rtt: ResultDelay): Axis {
  let [least, greatest] = [rtt.minMs, rtt.maxMs]
  for (const { rttMs } of points) {
    if (rttMs > 0) least = Math.min(least, rttMs)
    greatest = Math.max(greatest, rttMs)
  }
  return delayAxis(least, greatest)
}

/** One path per group. The worst group is drawn last, so that it is on top. */
export function pathsOf(
  points: readonly DelayPoint[],
  x: (point: DelayPoint) => number,
  y: (point: DelayPoint) => number,
): ReadonlyMap<FateGroup, string> {
  const paths = new Map<FateGroup, string>([
    ['whole', ''],
    ['late', ''],
    ['damaged', ''],
  ])
  for (const point of points) {
    const group = groupOf(point.fate)
    const at = `${x(point)} ${y(point)}`
    paths.set(group, (paths.get(group) ?? '') + mark(group, at))
  }
  return new Map([...paths].filter(([, path]) => path !== ''))
}

function mark(group: FateGroup, at: string): string {
  switch (group) {
    case 'damaged':
      return `M${at}m-3-3l6 6m0-6l-6 6`
    case 'late':
      return `M${at}m-4 0h8m-4-4v8`
    default:
      return `M${at}h0`
  }
}

/** Labels of the percentiles beside the plot, moved apart where they would overlap. */
function percentileLabels(frame: Frame, rtt: ResultDelay, y: (ms: number) => number): Markup {
  const end = frame.left + plotWidth(frame)
  let free = Infinity
  const lines = LINES.map(([name, key]) => {
    const at = y(rtt[key])
    const text = Math.min(at + 4, free - 14)
    free = text
    return element(
      'g',
      {},
      element('path', { class: 'percentile', d: `M${frame.left} ${at}H${end}` }),
      element('path', { class: 'leader', d: `M${end + 1} ${at}L${end + 10} ${tenth(text - 4)}` }),
      element(
        'text',
        { x: end + 14, y: tenth(text) },
        element('tspan', { class: 'dim' }, name),
        element('tspan', { dx: 5, class: 'strong' }, formatMs(rtt[key])),
      ),
    )
  })
  return element('g', { class: 'percentiles' }, lines)
}
