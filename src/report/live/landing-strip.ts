import type { StripCell } from '../../verdict/monitor/view.ts'
import { element, type Markup } from '../html/markup.ts'
import { stripSummary } from './state-words.ts'
import { stripBox, stripShapes } from './strip-shapes.ts'

/** Cells of a strip. */
const CELLS = 40

/** A picture of the last slots of a target, one cell each, the newest at the right. */
export function landingStrip(strip: readonly StripCell[]): Markup {
  const states = strip.slice(-CELLS).map(({ state }) => state)
  return element(
    'svg',
    {
      class: 'strip',
      viewBox: stripBox(CELLS),
      // A cell is as wide as its place allows.
      preserveAspectRatio: 'none',
      role: 'img',
      'aria-label': stripSummary(states),
    },
    Array.from(stripShapes(states, CELLS), ([group, d]) =>
      element('path', { class: `s-${group}`, 'fill-rule': 'evenodd', d }),
    ),
  )
}
