import { padded } from '../text/width.ts'
import { wrap } from '../text/wrap.ts'
import { type Line, type Piece, writeLine } from './line.ts'
import { MARKS } from './marks.ts'
import type { Area, ScreenPage } from './screen-page.ts'
import type { Shown } from './screen-state.ts'

const KEYS = [
  ['↑ ↓ j k', 'select a target, or scroll'],
  ['PgUp PgDn', 'by a page; Home and End to the first and the last'],
  ['Enter', 'everything about the selected target; Esc goes back'],
  ['s', 'sort by name, loss of the last minute, p99, last event'],
  ['+ -', 'zoom: one probe a cell, or the worst of 2 to 30'],
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

/** From this width on marks are beside the keys. */
const WIDE = 110
const LEFT = 58

/** Keys, marks and columns. */
export function drawHelp({ frame, top, bottom }: Area, { width, state }: ScreenPage): Shown {
  const room = width - 1 - MARGIN
  const isWide = width >= WIDE
  const own = isWide ? LEFT : room
  const keys = section('keys', KEYS, own)
  const columns = section('columns', COLUMNS, own)
  const marks: Line[] = [
    [{ text: 'marks', style: 'bold' }],
    ...MARKS.flatMap(({ mark, style, meaning }) => entry({ text: mark, style }, meaning, room)),
  ]
  const first = isWide ? [...keys, [], ...columns] : [...keys, [], ...marks, [], ...columns]
  const second = isWide ? marks : []
  const lines = Math.max(first.length, second.length)
  const fit = Math.max(1, bottom - top)
  const from = Math.max(0, Math.min(lines - fit, state.scrolled))
  for (let row = 0; row < fit; row++) {
    writeLine(frame, top + row, MARGIN, first[from + row] ?? [])
    writeLine(frame, top + row, MARGIN + LEFT + 4, second[from + row] ?? [])
  }
  return { rows: [], fit, lines }
}

function section(title: string, entries: readonly (readonly [string, string])[], room: number): Line[] {
  return [
    [{ text: title, style: 'bold' }],
    ...entries.flatMap(([name, meaning]) => entry({ text: name }, meaning, room)),
  ]
}

function entry({ text: label, style = 'plain' }: Piece, meaning: string, room: number): Line[] {
  return wrap(meaning, room - LABEL).map((text, index) => [
    { text: padded(index === 0 ? label : '', LABEL), style },
    { text, style: 'dim' },
  ])
}
