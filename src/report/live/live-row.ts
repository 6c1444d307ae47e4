import { formatAddress } from '../../base/address.ts'
import type {
  MonitorEvent,
  MonitorView,
  QueueFigures,
  StripCell,
  TargetView,
  WindowFigures,
} from '../../verdict/monitor/view.ts'
import { STATE_LETTERS } from './state-letters.ts'

/** Cells of the strip in the list of targets. */
const LIST_CELLS = 60

/** A target in the list of the page. */
export interface LiveRow {
  readonly target: string
  readonly module: string
  /** Of a module with several sizes, each of which has a row of its own. */
  readonly size?: number
  readonly labels: Readonly<Record<string, string>>
  readonly address?: string
  /** Why nothing is sent. */
  readonly idle?: string
  /** One letter for each of the last slots (`STATE_LETTERS`), the oldest first. */
  readonly strip: string
  readonly minute: WindowFigures
  readonly sinceStart: WindowFigures
  readonly queue?: QueueFigures
  readonly lastEvent?: MonitorEvent
}

/** The event `live`: the targets that changed, or all of them if `isWhole`. */
export interface LiveFrame {
  /** ms since 1970, by the clock of the server. */
  readonly now: number
  readonly startedAt: number
  readonly engine: MonitorView['engine']
  readonly isPaused: boolean
  readonly isWhole: boolean
  readonly rows: readonly LiveRow[]
}

export function liveRow(view: TargetView): LiveRow {
  const { target, module, size, labels, address, idle, strip, minute, sinceStart, queue, events } = view
  const lastEvent = events.at(-1)
  return {
    target,
    module,
    ...(size === undefined ? {} : { size }),
    labels,
    ...(address === undefined ? {} : { address: formatAddress(address) }),
    ...(idle === undefined ? {} : { idle }),
    strip: stripText(strip, LIST_CELLS),
    minute,
    sinceStart,
    ...(queue === undefined ? {} : { queue }),
    ...(lastEvent === undefined ? {} : { lastEvent }),
  }
}

/** The letters of the last slots of a strip. */
export function stripText(strip: readonly StripCell[], most: number): string {
  return strip
    .slice(-most)
    .map(({ state }) => STATE_LETTERS[state])
    .join('')
}
