import { bar } from '../text/bar.ts'
import { formatCount } from '../../base/counted.ts'
import { displayWidth, padded } from '../text/width.ts'
import { formatMs } from '../text/milliseconds.ts'
import type { Palette } from '../text/palette.ts'

/** A run in progress. */
export interface ProgressState {
  readonly elapsedMs: number
  /** Duration of the run. Absent if a count or nothing limits it. */
  readonly totalMs?: number | undefined
  /** Time from the first probe to the last by their count and interval, if the sender keeps up. */
  readonly plannedMs?: number | undefined
  readonly scheduled: number
  /** Number of probes to schedule. Absent if time or nothing limits it. */
  readonly total?: number | undefined
  readonly replies: number
  /** Probes that timed out. */
  readonly lost: number
  /** Recent send rate, datagrams per second. */
  readonly perSecond?: number | undefined
  /** Scheduling is over, and the run waits for the last replies. */
  readonly waiting?: Waiting | undefined
}

/** What a run waits for after its last probe. */
interface Waiting {
  /** Until the last probe times out; 0 or less: the run waits for late copies and receipts only. */
  readonly leftMs: number
  /** The run was interrupted, so the next signal ends the process. */
  readonly isInterrupted: boolean
}

const BAR = 24
const SHORTEST_BAR = 8

/**
 * A run in progress, in one line of less than `width` columns: a bar if the end is known, the numbers sent, returned and lost, the rate,
 * and the time left. On a narrow terminal the last of these are left out.
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

/** The share done, by time or by count, whichever is greater. */
function share({ elapsedMs, totalMs, scheduled, total, waiting }: ProgressState): number | undefined {
  if (waiting !== undefined) return 1
  const shares = [
    ...(totalMs !== undefined && totalMs > 0 ? [elapsedMs / totalMs] : []),
    ...(total !== undefined && total > 0 ? [scheduled / total] : []),
  ]
  return shares.length === 0 ? undefined : Math.min(1, Math.max(0, ...shares))
}

function progressParts(state: ProgressState, done: number | undefined): string[] {
  const { scheduled, total, replies, lost, perSecond, elapsedMs, waiting } = state
  const left = timeLeft(state, done)
  const of = total === undefined ? `${formatCount(scheduled)} sent` : `${formatCount(scheduled)}/${formatCount(total)}`
  return [
    of,
    `${formatCount(replies)} back`,
    ...(lost > 0 ? [`${formatCount(lost)} lost`] : []),
    ...(waiting === undefined ? [] : [waitingText(waiting)]),
    ...(perSecond === undefined || waiting !== undefined ? [] : [rateText(perSecond)]),
    ...(waiting !== undefined ? [] : [left === undefined ? formatMs(elapsedMs) : `${wholeSeconds(left)} left`]),
  ]
}

/** By the plan of the run, or by what is done so far. */
function timeLeft({ elapsedMs, totalMs, plannedMs = 0 }: ProgressState, done: number | undefined): number | undefined {
  if (totalMs === undefined && plannedMs > elapsedMs) return plannedMs - elapsedMs
  return done !== undefined && done > 0.01 && done < 1 ? elapsedMs / done - elapsedMs : undefined
}

function waitingText({ leftMs, isInterrupted }: Waiting): string {
  const what = leftMs > 0 ? `waiting for late replies, ${(leftMs / 1000).toFixed(1)} s` : 'waiting for late copies'
  return isInterrupted ? `${what}; Ctrl-C again to stop` : what
}

/** Whole seconds, because this is an estimate. */
function wholeSeconds(ms: number): string {
  return ms < 1000 ? '1 s' : formatMs(Math.ceil(ms / 1000) * 1000)
}

/** Two digits for slow rates. Below one in ten seconds, the rate is per minute. */
function rateText(perSecond: number): string {
  if (perSecond >= 9.95) return `${formatCount(perSecond)}/s`
  if (perSecond >= 0.095 || perSecond === 0) return `${Number(perSecond.toPrecision(2))}/s`
  return `${Number((perSecond * 60).toPrecision(2))}/min`
}
