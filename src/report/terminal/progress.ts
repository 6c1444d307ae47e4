import { bar } from '../text/bar.ts'
import { formatCount } from '../../base/counted.ts'
import { displayWidth, padded } from '../text/width.ts'
import { formatMs } from '../text/milliseconds.ts'
import type { Palette } from '../text/palette.ts'

/** A run under way. */
export interface ProgressState {
  readonly elapsedMs: number
  /** How long the run will take; absent where only a count, or nothing, ends it. */
  readonly totalMs?: number | undefined
  readonly scheduled: number
  /** How many probes will be scheduled; absent where only time, or nothing, ends it. */
  readonly total?: number | undefined
  readonly replies: number
  /** Probes without a reply whose timeout is over. */
  readonly lost: number
  /** Datagrams sent a second, lately. */
  readonly perSecond?: number | undefined
  /** Scheduling is over and the last replies are waited for. */
  readonly waiting?: boolean | undefined
}

const BAR = 24
const SHORTEST_BAR = 8

/**
 * A run under way in one line of less than `width` columns: a bar where the end is known, how many went out, came back and
 * are lost, the rate, the time left. Where it is narrow the last of these go first.
 */
export function renderProgress(state: ProgressState, width: number, palette: Palette): string {
  const done = share(state)
  const most = Math.max(1, width - 1)
  const words = progressParts(state, done)
  for (let kept = words.length; kept >= 1; kept--) {
    const text = words.slice(0, kept).join(' · ')
    if (done === undefined) {
      if (displayWidth(text) <= most) return text
      continue
    }
    const percent = `${Math.floor(done * 100)}%`.padStart(4)
    const room = Math.min(BAR, most - displayWidth(text) - percent.length - 3)
    if (room >= SHORTEST_BAR) return `${palette.cyan(padded(bar(done, room), room))} ${percent}  ${text}`
  }
  const least = `${formatCount(state.replies)}/${formatCount(state.scheduled)}`
  return displayWidth(least) <= most ? least : ''
}

/** How much is done: by the clock or by the count, whichever is further. */
function share({ elapsedMs, totalMs, scheduled, total, waiting }: ProgressState): number | undefined {
  if (waiting === true) return 1
  const shares = [
    ...(totalMs !== undefined && totalMs > 0 ? [elapsedMs / totalMs] : []),
    ...(total !== undefined && total > 0 ? [scheduled / total] : []),
  ]
  return shares.length === 0 ? undefined : Math.min(1, Math.max(0, ...shares))
}

function progressParts(state: ProgressState, done: number | undefined): string[] {
  const { scheduled, total, replies, lost, perSecond, elapsedMs, waiting } = state
  const of = total === undefined ? `${formatCount(scheduled)} sent` : `${formatCount(scheduled)}/${formatCount(total)}`
  const left = done !== undefined && done > 0.01 && done < 1 ? elapsedMs / done - elapsedMs : undefined
  return [
    of,
    `${formatCount(replies)} back`,
    ...(lost > 0 ? [`${formatCount(lost)} lost`] : []),
    ...(waiting === true ? ['waiting for late replies'] : []),
    ...(perSecond === undefined || waiting === true ? [] : [rateText(perSecond)]),
    ...(waiting === true ? [] : [left === undefined ? formatMs(elapsedMs) : `${wholeSeconds(left)} left`]),
  ]
}

/** No more exact than a guess is. */
function wholeSeconds(ms: number): string {
  return ms < 1000 ? '1 s' : formatMs(Math.ceil(ms / 1000) * 1000)
}

/** Two digits for slow rates; what happens less often than every ten seconds is counted by the minute. */
function rateText(perSecond: number): string {
  if (perSecond >= 9.95) return `${formatCount(perSecond)}/s`
  if (perSecond >= 0.095 || perSecond === 0) return `${Number(perSecond.toPrecision(2))}/s`
  return `${Number((perSecond * 60).toPrecision(2))}/min`
}
