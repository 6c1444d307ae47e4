import { renderTransfer } from '../../report/terminal/transfer.ts'
import type { PutProgress } from '../../verdict/upload.ts'
import type { LiveLine } from './live-line.ts'

/** Interval for drawing the progress, ms. */
const REDRAW_MS = 100

/** Shows the progress of an upload from now on. */
export function transferProgress(line: LiveLine): (progress: PutProgress) => void {
  let phase: PutProgress['phase'] = 'digest'
  let start = performance.now()
  let drawn = -Infinity
  return progress => {
    const now = performance.now()
    if (progress.phase !== phase) [phase, start] = [progress.phase, now]
    if (!line.shown || (now - drawn < REDRAW_MS && progress.bytes < progress.size)) return
    drawn = now
    line.show(renderTransfer({ ...progress, elapsedMs: now - start }, line.columns, line.palette))
  }
}
