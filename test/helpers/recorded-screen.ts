import { drawScreen } from '../../src/report/screen/draw-screen.ts'
import type { Frame } from '../../src/report/screen/frame.ts'
import { FIRST_STATE } from '../../src/report/screen/screen-state.ts'
import type { MonitorView } from '../../src/verdict/monitor/view.ts'

/** The screen of a recorded view, with times in UTC. */
export function recordedScreen(view: MonitorView, size: { readonly width: number; readonly height: number }): Frame {
  const localTime = (ms: number): string => new Date(ms).toISOString()
  return drawScreen(view, FIRST_STATE, { ...size, localTime }).frame
}
