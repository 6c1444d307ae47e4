import { drawLast, drawScreen, type Drawing } from '../../report/screen/draw-screen.ts'
import { frameText } from '../../report/screen/frame-text.ts'
import type { Key } from '../../report/screen/key.ts'
import type { ScreenSurroundings } from '../../report/screen/screen-page.ts'
import { afterKey, FIRST_STATE } from '../../report/screen/screen-state.ts'
import type { HistoryPoint, MonitorView, TargetView } from '../../verdict/monitor/view.ts'
import { formatLocalTime } from '../../runs/local-time.ts'
import type { Session } from '../subcommand.ts'
import { Screen } from './screen.ts'

/** Interval of drawing, ms. */
const REDRAW_MS = 250

/** What a screen shows and controls. */
export interface WatchedRun {
  /** The view at this moment. */
  view(): MonitorView
  /** Figures of the target since a moment, ms since 1970. */
  history?(target: TargetView, since: number): readonly HistoryPoint[]
  pause(isPaused: boolean): void
}

export interface WatchScreenOptions {
  /** Address of the web page, shown in the title. */
  readonly url?: string | undefined
  /** Ends it as q does. */
  readonly until?: AbortSignal | undefined
}

/** Whether a screen can be shown: standard output is a terminal that moves its cursor, and not in CI. */
export function canShowScreen(stream: NodeJS.WriteStream = process.stdout, env = process.env): boolean {
  return stream.isTTY && env['TERM'] !== 'dumb' && env['CI'] === undefined
}

/**
 * Shows a monitor on the terminal until the user quits (`quit`) or the first signal comes (`signal`; Ctrl-C counts as one). Afterwards the
 * terminal is as before, with the last overview on it. Nothing else may write to the terminal meanwhile.
 */
export async function showWatch(
  run: WatchedRun,
  { signals, view: { color } }: Pick<Session, 'signals' | 'view'>,
  { url, until }: WatchScreenOptions = {},
): Promise<'quit' | 'signal'> {
  const screen = new Screen(color)
  let state = FIRST_STATE
  const surroundings = (): ScreenSurroundings => {
    const { width, height } = screen
    return {
      width,
      height,
      localTime: formatLocalTime,
      history: target => run.history?.(target, 0) ?? [],
      url,
    }
  }
  const draw = (): Drawing => drawScreen(run.view(), state, surroundings())
  try {
    return await new Promise<'quit' | 'signal'>((resolve, reject) => {
      signals.onFirst(() => resolve('signal'))
      if (until?.aborted === true) resolve('quit')
      until?.addEventListener('abort', () => resolve('quit'), { once: true })
      const refresh = (): void => {
        try {
          if (screen.isReady) screen.show(draw().frame)
        } catch (error) {
          reject(error)
        }
      }
      const take = (key: Key): void => {
        if (key === 'interrupt') signals.raise('SIGINT')
        else if (key === 'quit') signals.raise('SIGQUIT')
        else {
          const before = state
          state = afterKey(state, key, draw().shown)
          if (state.isPaused !== before.isPaused) run.pause(state.isPaused)
          if (state.isDone) resolve('quit')
        }
      }
      screen.open({ onKeys: keys => (keys.forEach(take), refresh()), onChange: refresh, interval: REDRAW_MS })
      refresh()
    })
  } finally {
    screen.close(`${frameText(drawLast(run.view(), state, surroundings()), color)}\n`)
  }
}
