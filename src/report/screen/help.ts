import { padded } from '../text/width.ts'
import { wrap } from '../text/wrap.ts'
import { type Line, writeLine } from './line.ts'
import { MARKS } from './marks.ts'
import type { Area, ScreenPage } from './screen-page.ts'
import type { Shown } from './screen-state.ts'

const KEYS = [
  ['↑ ↓ j k', 'select a target, or scroll'],
  ['PgUp PgDn', 'by a page; Home and End to the first and the last'],
  ['Enter', 'everything about the selected target; Esc goes back'],
  ['s', 'sort by name, loss of the last minute, p99, last event'],
  ['+ -', 'zoom: one probe a cell, or the worst of 2 to 60'],
  ['f', 'flows (source ports) in rows of their own'],
  ['p', 'pause probing, and go on'],
  ['q', 'quit and print the summary; so does Ctrl-C'],
] as const
const COLUMNS = [
  ['loss 1m', 'of the probes of the last minute that have a reply or are past their timeout'],
  ['loss all', 'the same since the start'],
  ['p50, p99', 'round trips of the last minute'],
  ['queueing', 'direction in which probes wait in a queue, and how long: → client to server, ← server to client'],
  ['–', 'not known: nothing is settled yet, or nothing was observed'],
] as const
const LABEL = 11
const MARGIN = 2

/** Keys, marks and columns. */
export function drawHelp({ frame, top, bottom }: Area, { width, state }: ScreenPage): Shown {
  const room = width - 1 - MARGIN
  const lines: Line[] = [
    [{ text: 'keys', style: 'bold' }],
    ...KEYS.flatMap(([key, meaning]) => entry([{ text: padded(key, LABEL), style: 'bold' }], meaning, room)),
    [],
    [{ text: 'marks', style: 'bold' }],
    ...MARKS.flatMap(({ mark, style, meaning }) => entry([{ text: padded(mark, LABEL), style }], meaning, room)),
    [],
    [{ text: 'columns', style: 'bold' }],
    ...COLUMNS.flatMap(([name, meaning]) => entry([{ text: padded(name, LABEL) }], meaning, room)),
  ]
  const fit = Math.max(1, bottom - top)
  const first = Math.max(0, Math.min(lines.length - fit, state.scrolled))
  for (const [index, line] of lines.slice(first, first + fit).entries()) writeLine(frame, top + index, MARGIN, line)
  return { rows: [], fit, lines: lines.length }
}

function entry(label: Line, meaning: string, room: number): Line[] {
  return wrap(meaning, room - LABEL).map((text, index) => [
    ...(index === 0 ? label : [{ text: ' '.repeat(LABEL) }]),
    { text, style: 'dim' },
  ])
}
