import { bar } from '../text/bar.ts'
import { padded, displayWidth } from '../text/width.ts'
import type { Palette } from '../text/palette.ts'
import { printable } from '../text/safe.ts'

/** A suite in progress. */
export interface SuiteState {
  readonly total: number
  readonly done: number
  /** How many of those done did not pass. */
  readonly failed: number
  readonly running: readonly RunningState[]
}

/** A check that is running. */
interface RunningState {
  readonly name: string
  readonly scheduled: number
  readonly total?: number | undefined
}

const BAR = 16

/** A suite in progress, in one line of less than `width` columns: the number of checks done, and those that run. */
export function renderSuiteProgress(
  { total, done, failed, running }: SuiteState,
  width: number,
  palette: Palette,
): string {
  const parts = [`${done}/${total} checks`, ...(failed > 0 ? [`${failed} failed`] : []), ...running.map(runningText)]
  const drawn = padded(bar(total === 0 ? 0 : done / total, BAR), BAR)
  const room = Math.max(1, width - 1)
  for (let kept = parts.length; kept >= 1; kept--) {
    const text = parts.slice(0, kept).join(' · ') + (kept < parts.length ? ' …' : '')
    if (displayWidth(drawn) + 2 + displayWidth(text) <= room) return `${palette.cyan(drawn)}  ${text}`
    if (kept === 1 && displayWidth(text) <= room) return text
  }
  return ''
}

function runningText({ name, scheduled, total }: RunningState): string {
  const sent = total === undefined ? `${scheduled} sent` : `${scheduled}/${total}`
  return `${printable(name)} ${sent}`
}
