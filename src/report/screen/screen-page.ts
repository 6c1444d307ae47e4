import type { HistoryPoint, MonitorView, TargetView } from '../../verdict/monitor/view.ts'
import type { Frame } from './frame.ts'
import type { ScreenState } from './screen-state.ts'

/** The terminal and its surroundings. */
export interface ScreenSurroundings {
  /** Columns and rows of the terminal. */
  readonly width: number
  readonly height: number
  /** A moment (ms since 1970) in ISO 8601 with the local offset. */
  readonly localTime: (ms: number) => string
  /** Figures of a target's last hour. */
  readonly history?: ((target: TargetView) => readonly HistoryPoint[]) | undefined
  /** Address of the web page. */
  readonly url?: string | undefined
}

/** The input of every part of a screen. */
export interface ScreenPage extends ScreenSurroundings {
  readonly view: MonitorView
  readonly state: ScreenState
}

/** Rows of a frame that a part may use, from `top` up to and without `bottom`. */
export interface Area {
  readonly frame: Frame
  readonly top: number
  readonly bottom: number
}

/** From this height on there are blank rows and a legend. */
const SPACIOUS = 14

export function isSpacious({ height }: Pick<ScreenPage, 'height'>): boolean {
  return height >= SPACIOUS
}
