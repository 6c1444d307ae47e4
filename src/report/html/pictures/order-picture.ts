import { counted } from '../../../base/counted.ts'
import { linearAxis, tickText } from './axis.ts'
import type { Straggler } from './disorder.ts'
import { across, drawn, picture, tenth, ticksBelow, ticksBeside } from './frame.ts'
import { element, type Markup } from '../markup.ts'

const TOP = 8
const HEIGHT = 90
/** More stems than px would be a solid block. The deepest of each span stay. */
const MOST = 600

/** One stem per reordered reply: its sending time, and by how many places it was late. */
export function orderPicture(
  stragglers: readonly Straggler[],
  range: { readonly fromMs: number; readonly toMs: number },
): Markup {
  const deepest = stragglers.reduce((most, { extent }) => Math.max(most, extent), 0)
  const places = linearAxis(0, deepest, Math.min(4, deepest))
  const stems = deepestOf(stragglers)
  return drawn(frame => {
    const times = linearAxis(range.fromMs, range.toMs, frame.name === 'wide' ? 8 : 4)
    const d = stems.map(({ timeMs, extent }) => {
      return `M${across(frame, times, timeMs)} ${TOP + HEIGHT}v${tenth(-HEIGHT * places.place(extent))}`
    })
    return picture(
      frame,
      TOP + HEIGHT + 26,
      `${counted(stragglers.length, 'reply', 'replies')} out of order, by up to ${counted(deepest, 'place')}`,
      ticksBeside(frame, places, TOP, HEIGHT, String),
      element('path', { class: 'stems', d: d.join('') }),
      ticksBelow(frame, times, TOP + HEIGHT, tickText),
    )
  })
}

function deepestOf(stragglers: readonly Straggler[]): readonly Straggler[] {
  if (stragglers.length <= MOST) return stragglers
  const sorted = stragglers.toSorted((a, b) => a.timeMs - b.timeMs)
  return Array.from({ length: MOST }, (_, stretch) =>
    sorted
      .slice(Math.floor((stretch * sorted.length) / MOST), Math.floor(((stretch + 1) * sorted.length) / MOST))
      .reduce((deepest, one) => (one.extent > deepest.extent ? one : deepest)),
  )
}
