import { MILLISECOND, toMs } from '../../base/nanos.ts'
import type { ProbePlan } from '../../facts/plan.ts'
import type { RunFacts } from '../../facts/run.ts'
import { renderProgress } from '../../report/terminal/progress.ts'
import { displayWidth } from '../../report/text/width.ts'
import type { LiveLine } from './live-line.ts'
import { RecentRate } from './recent-rate.ts'

/** Runs shorter than this show no progress, ms. */
const QUIET_MS = 400

/**
 * Shows the progress of a run of probes from now on. After `signal` it shows that the run waits for the last replies. `label`: what it is, if it is
 * one of several.
 */
export function probeProgress(
  plan: Omit<ProbePlan, 'runs' | 'payload'>,
  line: LiveLine,
  signal: AbortSignal,
  label = '',
): (facts: RunFacts) => void {
  const start = performance.now()
  const rate = new RecentRate()
  return facts => {
    const elapsedMs = performance.now() - start
    if (!line.shown || elapsedMs < QUIET_MS) return
    const { count, duration, clients, timeout, interval, bitRate, burst } = plan
    let scheduled = 0
    let replies = 0
    for (const client of facts.clients) {
      scheduled += client.scheduled
      replies += client.replies
    }
    const perSecond = rate.note(elapsedMs, scheduled)
    const lastSent = facts.clients.reduce((last, client) => Math.max(last, client.lastSent), -Infinity)
    const elapsed = elapsedMs * MILLISECOND
    // Probes older than the timeout and without a reply are lost. They can be counted only after the last timeout.
    const lost = elapsed - (lastSent - facts.startedAt) > timeout ? scheduled - replies : 0
    const isWaiting =
      signal.aborted ||
      (count !== undefined && scheduled >= count * clients) ||
      (duration !== undefined && elapsed >= duration)
    const state = {
      elapsedMs,
      totalMs: duration === undefined ? undefined : toMs(duration),
      plannedMs:
        count === undefined || bitRate !== undefined ? undefined : toMs(interval * (Math.ceil(count / burst) - 1)),
      scheduled,
      total: count === undefined ? undefined : count * clients,
      replies,
      lost,
      perSecond,
      waiting: isWaiting
        ? { leftMs: toMs(lastSent - facts.startedAt + timeout - elapsed), isInterrupted: signal.aborted }
        : undefined,
    }
    line.show(label + renderProgress(state, line.columns - displayWidth(label), line.palette))
  }
}
