import type { MonitorEvent, QueueFigures, WindowFigures } from '../../verdict/monitor/view.ts'
import { formatMs } from '../text/milliseconds.ts'
import { formatShare } from '../text/share.ts'
import type { Piece } from './line.ts'

/** What is not known. */
export const NOTHING = '–'

/** The share of the settled probes that were lost. `–` if none is settled yet. */
export function lossPiece(figures: WindowFigures | undefined): Piece {
  if (figures === undefined || figures.settled === 0) return { text: NOTHING, style: 'dim' }
  const { lost, settled } = figures
  return { text: formatShare(lost, settled), style: lost > 0 ? 'red' : 'plain' }
}

/** A round trip. `–` if there is no reply. */
export function rttPiece(ms: number | undefined): Piece {
  return ms === undefined ? { text: NOTHING, style: 'dim' } : { text: formatMs(ms) }
}

const ARROWS = { forward: '→', return: '←', both: '↔' } as const

/** The direction in which probes queue, and how long: `→ 12.5 ms`. */
export function queuePiece(queue: QueueFigures | undefined): Piece {
  if (queue === undefined) return { text: NOTHING, style: 'dim' }
  const { direction, forwardMs, returnMs } = queue
  const ms = { forward: forwardMs, return: returnMs, both: Math.max(forwardMs, returnMs) }[direction]
  return { text: `${ARROWS[direction]} ${formatMs(ms)}`, style: 'yellow' }
}

/** The local time of day of a moment: `14:03:22`; of another day with its date: `11-29 14:03:22`. */
export function timeText(at: number, now: number, localTime: (ms: number) => string): string {
  const [then, today] = [localTime(at), localTime(now)]
  const time = then.slice(11, 19)
  return then.slice(0, 10) === today.slice(0, 10) ? time : `${then.slice(5, 10)} ${time}`
}

/** Events that a user must not miss. */
const ALARMS: ReadonlySet<MonitorEvent['kind']> = new Set([
  'outageBegan',
  'resolveFailed',
  'socketFailed',
  'suspended',
  'icmp',
  'flowsDiffer',
  'rateLimited',
  'queueBuilding',
])

export function eventPieces(event: MonitorEvent, now: number, localTime: (ms: number) => string): Piece[] {
  return [
    { text: `${timeText(event.at, now, localTime)} `, style: 'dim' },
    { text: event.text, style: ALARMS.has(event.kind) ? 'yellow' : 'plain' },
  ]
}
