import { formatAddress } from '../../base/address.ts'
import type { SlotState, TargetView } from '../../verdict/monitor/view.ts'
import { formatMs } from '../text/milliseconds.ts'
import { padded } from '../text/width.ts'
import { flow, wrap } from '../text/wrap.ts'
import { eventPieces, timeText } from './figure-text.ts'
import { figureLines } from './figure-lines.ts'
import { flowLines } from './flow-lines.ts'
import { hourLines } from './hour-lines.ts'
import { ledgerLines } from './ledger-lines.ts'
import { writeLegend } from './legend-row.ts'
import { type Line, writeLine } from './line.ts'
import { type Area, isSpacious, type ScreenPage } from './screen-page.ts'
import { type Shown, ZOOMS } from './screen-state.ts'
import { timeLines } from './time-lines.ts'
import { stripColumns } from './strip-columns.ts'

/** Columns before the text of a labelled line. */
const LABEL = 15
const MARGIN = 2

/** Everything about one target, in lines that can be scrolled. */
export function drawDetail({ frame, top, bottom }: Area, page: ScreenPage, target: TargetView): Shown {
  const lines = detailLines(page, target)
  const last = isSpacious(page) ? bottom - 2 : bottom
  const fit = Math.max(1, last - top)
  const first = Math.max(0, Math.min(lines.length - fit, page.state.scrolled))
  for (const [index, line] of lines.slice(first, first + fit).entries())
    writeLine(frame, top + index, MARGIN, line, page.width - 1)
  if (isSpacious(page)) {
    const place =
      lines.length > fit ? `lines ${first + 1}–${Math.min(lines.length, first + fit)} of ${lines.length}` : ''
    const start = page.width - 1 - place.length
    frame.write(bottom - 1, start, place, 'dim')
    writeLegend(frame, bottom - 1, statesOf(page, target), place === '' ? page.width - 1 : start - 2)
  }
  return { rows: [], fit, lines: lines.length }
}

function statesOf({ state, width }: ScreenPage, { strip, intervalMs }: TargetView): Set<SlotState> {
  return new Set(stripColumns(strip, intervalMs, ZOOMS[state.zoom] ?? 1, 4 * width).map(cell => cell.state))
}

function detailLines(page: ScreenPage, target: TargetView): Line[] {
  const room = page.width - 1 - MARGIN
  const sections: Line[][] = [
    [...headLines(page, target, room)],
    timeLines(page, target, room),
    hourLines(page.history?.(target) ?? [], page, room),
    [[{ text: 'ledger since the start', style: 'dim' }], ...ledgerLines(target.ledger, room)],
    flowLines(page, target, room),
    eventLines(page, target, room),
  ]
  return sections.filter(lines => lines.length > 0).flatMap((lines, index) => (index === 0 ? lines : [[], ...lines]))
}

function headLines(page: ScreenPage, target: TargetView, room: number): Line[] {
  const { queue, address, labels, module, intervalMs, timeoutMs, idle, lastReplyAt } = target
  const { view, localTime } = page
  const facts = [
    address === undefined ? 'no address' : `to ${formatAddress(address)}`,
    `${sizesText(target.sizes)} every ${formatMs(intervalMs)}`,
    `timeout ${formatMs(timeoutMs)}`,
    `module ${module}`,
    ...Object.entries(labels).map(([name, value]) => `${name}=${value}`),
  ]
  const last =
    lastReplyAt === undefined
      ? ['none yet']
      : [`${timeText(lastReplyAt, view.now, localTime)}, ${formatMs(Math.max(0, view.now - lastReplyAt))} ago`]
  const queues =
    queue === undefined
      ? []
      : [`client to server ${formatMs(queue.forwardMs)}`, `server to client ${formatMs(queue.returnMs)}`]
  return [
    [{ text: target.target, style: 'bold' }],
    ...flow(facts, ' · ', room).map((text): Line => [{ text, style: 'dim' }]),
    ...(idle === undefined
      ? []
      : wrap(`nothing is sent: ${idle}`, room).map((text): Line => [{ text, style: 'yellow' }])),
    [],
    ...figureLines(target, room),
    ...labelled('queueing', queues, room),
    ...labelled('last reply', last, room),
    ...(target.warnings ?? []).flatMap(({ text, since }) =>
      wrap(`since ${timeText(since, view.now, localTime)}: ${text}`, room - LABEL).map((part, index): Line => [
        { text: padded(index === 0 ? 'warning' : '', LABEL), style: 'dim' },
        { text: part, style: 'yellow' },
      ]),
    ),
  ]
}

function labelled(label: string, parts: readonly string[], room: number): Line[] {
  return flow(parts, ' · ', room - LABEL).map((line, index): Line => [
    { text: padded(index === 0 ? label : '', LABEL), style: 'dim' },
    { text: line },
  ])
}

function sizesText(sizes: readonly number[]): string {
  const [least, most] = [Math.min(...sizes), Math.max(...sizes)]
  return least === most ? `${least} B` : `${least}–${most} B`
}

function eventLines({ view, localTime }: ScreenPage, { events }: TargetView, room: number): Line[] {
  if (events.length === 0) return []
  const lines = events.toReversed().flatMap(event => {
    const [time, text] = eventPieces(event, view.now, localTime)
    const indent = time?.text.length ?? 0
    return wrap(text?.text ?? '', room - indent - 1).map((part, index): Line => [
      { text: padded(index === 0 ? (time?.text ?? '') : '', indent + 1), style: 'dim' },
      { ...text, text: part },
    ])
  })
  return [[{ text: 'events, the newest first', style: 'dim' }], ...lines]
}
