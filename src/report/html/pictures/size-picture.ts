import { greatest, least } from '../../../base/extremes.ts'
import { formatSize } from '../../../base/size.ts'
import type { Result } from '../../../verdict/result.ts'
import { type FateGroup, groupCount } from '../../result/fates.ts'
import { formatMs } from '../../text/milliseconds.ts'
import { type Axis, delayAxis, tickText } from './axis.ts'
import { groupClass } from './group-class.ts'
import { drawn, type Frame, picture, plotWidth, tenth, ticksBeside } from './frame.ts'
import { element, type Markup } from '../markup.ts'

type Size = Result['sizes'][number]

const TOP = 10
const STACK = 110
const DELAYS = 90
const BETWEEN = 34
/** The worst group at the bottom, where bars are easy to compare. */
const ORDER: readonly FateGroup[] = ['not sent', 'lost', 'late', 'damaged', 'whole']
/** Height for the size below its bar, px. */
const LETTERS = 52

/** The fates and delays of each size. Undefined if there is only one size. */
export function sizePicture({ sizes }: Result): Markup | undefined {
  if (sizes.length < 2) return undefined
  const sorted = sizes.toSorted((a, b) => a.size - b.size)
  return drawn(frame => drawSizes(frame, sorted))
}

function drawSizes(frame: Frame, sizes: readonly Size[]): Markup {
  const pitch = plotWidth(frame) / sizes.length
  const width = Math.min(44, Math.max(1, pitch * 0.62))
  const middle = (index: number): number => frame.left + pitch * (index + 0.5)
  const delays = delayPanel(frame, sizes, middle)
  const bottom = delays === undefined ? TOP + STACK : TOP + STACK + BETWEEN + DELAYS
  const apart = Math.ceil((sizes.length * LETTERS) / plotWidth(frame))
  return picture(
    frame,
    bottom + 24,
    `Share of fates and round-trip time for ${sizes.length} sizes from ${formatSize(sizes[0]?.size ?? 0)} to ${formatSize(sizes.at(-1)?.size ?? 0)}`,
    ticksBeside(frame, share(), TOP, STACK, value => `${value} %`),
    sizes.map((size, index) => stack(size, middle(index) - width / 2, width)),
    delays,
    element(
      'g',
      { class: 'axis' },
      sizes.map(({ size }, index) =>
        index % apart === 0
          ? element('text', { x: tenth(middle(index)), y: bottom + 18, 'text-anchor': 'middle' }, formatSize(size))
          : undefined,
      ),
    ),
    frame.right > 100 ? sideNotes(frame, delays !== undefined) : undefined,
  )
}

function stack({ ledger, size }: Size, x: number, width: number): Markup {
  let bottom = TOP + STACK
  const parts = ORDER.map(group => {
    const count = groupCount(ledger, group)
    const height = ledger.scheduled > 0 ? (count / ledger.scheduled) * STACK : 0
    bottom -= height
    if (count === 0) return undefined
    const place = { x: tenth(x), y: tenth(bottom), width: tenth(width), height: tenth(Math.max(0.5, height)) }
    return element(
      'rect',
      { class: groupClass(group), ...place },
      element('title', {}, `${formatSize(size)}: ${count} of ${ledger.scheduled} ${group}`),
    )
  })
  return element('g', {}, parts)
}

/** One line per size from the median to the 99th percentile. */
function delayPanel(frame: Frame, sizes: readonly Size[], middle: (index: number) => number): Markup | undefined {
  const known = sizes.flatMap(({ rtt }) => (rtt === undefined ? [] : [rtt]))
  if (known.length === 0) return undefined
  const axis = delayAxis(least(known.map(({ p50Ms }) => p50Ms)), greatest(known.map(({ p99Ms }) => p99Ms)))
  const top = TOP + STACK + BETWEEN
  const y = (ms: number): number => tenth(top + DELAYS * (1 - axis.place(ms)))
  return element(
    'g',
    {},
    ticksBeside(frame, axis, top, DELAYS, tickText),
    sizes.map(({ rtt, size }, index) => {
      if (rtt === undefined) return undefined
      const x = tenth(middle(index))
      return element(
        'g',
        { class: 'spread' },
        element('path', { class: 'range', d: `M${x} ${y(rtt.p50Ms)}V${y(rtt.p99Ms)}m-4 0h8` }),
        element('path', { class: 'median', d: `M${x} ${y(rtt.p50Ms)}h0` }),
        element('title', {}, `${formatSize(size)}: p50 ${formatMs(rtt.p50Ms)}, p99 ${formatMs(rtt.p99Ms)}`),
      )
    }),
  )
}

function sideNotes(frame: Frame, withDelays: boolean): Markup {
  const x = frame.left + plotWidth(frame) + 14
  return element(
    'g',
    { class: 'dim' },
    element('text', { x, y: TOP + 12 }, 'share of each fate,'),
    element('text', { x, y: TOP + 27 }, 'the worst at the foot'),
    withDelays
      ? [
          element('text', { x, y: TOP + STACK + BETWEEN + 12 }, 'round trips: ● p50,'),
          element('text', { x, y: TOP + STACK + BETWEEN + 27 }, 'up to ⊤ p99'),
        ]
      : undefined,
  )
}

function share(): Axis {
  return { from: 0, to: 100, logarithmic: false, ticks: [0, 50, 100], place: value => value / 100 }
}
