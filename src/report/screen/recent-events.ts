import type { MonitorEvent } from '../../verdict/monitor/view.ts'
import { displayWidth, padded } from '../text/width.ts'
import { clippedName, clippedSentence } from './clipped.ts'
import { eventPieces } from './figure-text.ts'
import { writeLine } from './line.ts'
import type { Area, ScreenPage } from './screen-page.ts'

/** Fewer rows are left empty. */
const FEWEST_ROWS = 4
const WIDEST_NAME = 24
/** Events that all targets have, each a little earlier or later. */
const OF_ALL: ReadonlySet<MonitorEvent['kind']> = new Set(['paused', 'resumed', 'suspended', 'clockStepped'])
const SAME_MS = 2000

/** The last events of all targets, the newest first, in the rows that targets leave free. */
export function writeRecentEvents({ frame, top, bottom }: Area, { view, width, localTime }: ScreenPage): void {
  if (bottom - top < FEWEST_ROWS) return
  const events = merged(
    view.targets
      .flatMap(({ target, events: own }) => own.map(event => ({ target, event })))
      .toSorted((a, b) => b.event.at - a.event.at),
    bottom - top - 1,
  )
  if (events.length === 0) return
  frame.write(top, 2, 'events', 'dim')
  const nameWidth = Math.min(WIDEST_NAME, Math.max(...events.map(({ target }) => displayWidth(target))))
  for (const [index, { target, event }] of events.entries()) {
    const [time, text] = eventPieces(event, view.now, localTime)
    const name = { text: `${padded(clippedName(target, nameWidth), nameWidth)}  ` }
    const room = width - 3 - (time?.text.length ?? 0) - 1 - nameWidth - 2
    writeLine(frame, top + 1 + index, 2, [
      { text: `${time?.text ?? ''} `, style: 'dim' },
      name,
      { ...text, text: clippedSentence(text?.text ?? '', room) },
    ])
  }
}

interface TargetEvent {
  readonly target: string
  readonly event: MonitorEvent
}

/** The first rows. What happens to all targets at once is one row. */
function merged(events: readonly TargetEvent[], most: number): TargetEvent[] {
  const rows: { target: string; event: MonitorEvent; count: number }[] = []
  for (const { target, event } of events) {
    const row = OF_ALL.has(event.kind)
      ? rows.find(other => other.event.kind === event.kind && other.event.at - event.at < SAME_MS)
      : undefined
    if (row === undefined) {
      if (rows.length === most) break
      rows.push({ target, event, count: 1 })
    } else {
      row.count++
      row.target = `${row.count} targets`
    }
  }
  return rows
}
