import { counted, formatCount } from '../../base/counted.ts'
import { formatDuration } from '../../base/duration.ts'
import { MILLISECOND, SECOND } from '../../base/nanos.ts'
import { sparkline } from '../text/sparkline.ts'
import { displayWidth } from '../text/width.ts'
import { Frame } from './frame.ts'
import { writeLine, type Line } from './line.ts'
import { rateText } from './server-figures.ts'
import { ORDER_NAMES, peerLines } from './server-peers.ts'
import { fateTable, receivedTable } from './server-tables.ts'
import type { ServerView } from './server-view.ts'

/** From this width on the two tables are beside each other. */
const WIDE = 96
/** Wider tables are hard to read. */
const WIDEST_TABLE = 60
const GAP = 4
const WIDEST_PEERS = 2 * WIDEST_TABLE + GAP
/** Below this width the title has no name of the command. */
const NARROW = 72
/** Columns of the picture of the rate, one for each moment: at most a minute. */
const LEAST_HISTORY = 10
const WIDEST_HISTORY = 120
/** Lines of the busiest ten with their headings. */
const PEER_LINES = 12

export interface ServerScreen {
  readonly width: number
  readonly height: number
  /** A moment in ISO 8601 with the local offset. */
  readonly localTime: (ms: number) => string
}

/** The screen of `serve --live`. On a low terminal it shows fewer peers, on a narrow one the tables below each other. */
export function drawServer(view: ServerView, { width, height, localTime }: ServerScreen): Frame {
  const frame = new Frame(width, height)
  const room = Math.max(0, height - 1)
  const timeOf = (ms: number): string => localTime(ms).slice(11, 19)
  const above = [...titleLines(view, width, timeOf), ...tableLines(view, width)]
  const lines = spaced(above, room - 1)
  const peers = peerLines(view, Math.min(width, WIDEST_PEERS), Math.min(PEER_LINES, room - lines.length))
  lines.push(...peers)
  const logRoom = room - lines.length - 2
  if (view.log.length > 0 && logRoom > 0)
    lines.push([], [{ text: 'log', style: 'bold' }], ...view.log.slice(-logRoom).map(text => [{ text: `  ${text}` }]))
  for (const [row, line] of lines.slice(0, room).entries()) writeLine(frame, row, 0, line)
  writeLine(frame, height - 1, 0, keyLine(view))
  return frame
}

function titleLines(view: ServerView, width: number, timeOf: (ms: number) => string): Line[] {
  const { command, bound, mode, engine, workers, now, startedAt, frozenAt, staleMs, facts } = view
  const name: Line = [
    ...(width < NARROW ? [] : [{ text: `udptool ${command} `, style: 'bold' } as const]),
    { text: `${bound} mode=${mode} engine=${engine}${workers > 1 ? ` workers=${workers}` : ''}` },
  ]
  const state: Line =
    frozenAt === undefined
      ? [{ text: `running for ${wholeSeconds(now - startedAt)}`, style: 'dim' }]
      : [{ text: ` frozen at ${timeOf(frozenAt)}: the server runs on, p continues `, style: 'alert' }]
  const second: Line =
    staleMs === undefined || frozenAt !== undefined
      ? [...state, ...rateHistory(view, width - lengthOf(state))]
      : [...state, { text: `  no new counters for ${wholeSeconds(staleMs)}`, style: 'yellow' }]
  return [
    spread(name, timeOf(now), width),
    second,
    ...(view.beside === undefined ? [] : [besideLine(view.beside)]),
    ...Object.entries(facts.receiveErrors).map(([errno, count]): Line => {
      const text = `our own kernel refused to receive ${counted(count, 'time')} (${errno})`
      return [{ text, style: 'red' }]
    }),
  ]
}

function besideLine({ protocol, bound, received, replied }: NonNullable<ServerView['beside']>): Line {
  const counts = `received ${formatCount(received)}, answered ${formatCount(replied)}`
  return [{ text: `${protocol} ${bound}  ` }, { text: counts, style: 'dim' }]
}

/** The rate of what was received in the last minute, at the end of a line with `room` columns left. */
function rateHistory({ history }: ServerView, room: number): Line {
  const most = Math.max(0, ...history)
  const label = `  received per second `
  const end = ` at most ${rateText(most, 10)}`
  const width = Math.min(WIDEST_HISTORY, room - label.length - end.length)
  if (width < LEAST_HISTORY || history.length === 0) return []
  const picture = sparkline(history.slice(-width), width)
  return [
    { text: label, style: 'dim' },
    { text: picture, style: 'cyan' },
    { text: end, style: 'dim' },
  ]
}

/** A line with a text at its right, if there is room for it. */
function spread(line: Line, end: string, width: number): Line {
  const space = width - lengthOf(line) - displayWidth(end)
  return space < 2 ? line : [...line, { text: `${' '.repeat(space)}${end}`, style: 'dim' }]
}

function lengthOf(line: Line): number {
  return line.reduce((sum, { text }) => sum + displayWidth(text), 0)
}

function tableLines({ facts }: ServerView, width: number): Line[] {
  if (width < WIDE) return [[], ...receivedTable(facts, width), [], ...fateTable(facts, width), []]
  const each = Math.min(WIDEST_TABLE, Math.floor((width - GAP) / 2))
  const [received, fates] = [receivedTable(facts, each), fateTable(facts, each)]
  const blank: Line = [{ text: ' '.repeat(each) }]
  const rows = Array.from({ length: Math.max(received.length, fates.length) }, (_, row): Line => {
    return [...(received[row] ?? blank), { text: ' '.repeat(GAP) }, ...(fates[row] ?? [])]
  })
  return [[], ...rows, []]
}

/** Without blank lines if they do not fit together with three peers. */
function spaced(lines: readonly Line[], room: number): Line[] {
  return lines.length + 5 <= room ? [...lines] : lines.filter(line => line.length > 0)
}

function keyLine({ order, frozenAt }: ServerView): Line {
  return [
    { text: 'q', style: 'bold' },
    { text: ' quit  ' },
    { text: 'p', style: 'bold' },
    { text: frozenAt === undefined ? ' freeze the display  ' : ' continue  ' },
    { text: 's', style: 'bold' },
    { text: ` sort peers: ${ORDER_NAMES[order]}` },
  ]
}

function wholeSeconds(ms: number): string {
  return formatDuration(Math.floor((ms * MILLISECOND) / SECOND) * SECOND)
}
