import { MILLISECOND, toMs } from '../base/nanos.ts'
import type { ProbePlan } from '../facts/plan.ts'
import type { RunFacts } from '../facts/run.ts'
import { createPalette } from '../report/text/palette.ts'
import { renderProgress } from '../report/terminal/progress.ts'
import { LiveLine } from './live-line.ts'
import { RecentRate } from './recent-rate.ts'

/** A run shorter than this needs no progress. */
const QUIET_MS = 400

/** How far a run of probes is, on a line of its own. */
export class ProgressLine {
  readonly #plan: Omit<ProbePlan, 'runs' | 'payload'>
  readonly #line: LiveLine
  readonly #color: boolean
  readonly #start = performance.now()
  readonly #signal: AbortSignal
  readonly #rate = new RecentRate()

  /** @param signal ends the run: from then on it only waits */
  constructor(
    plan: Omit<ProbePlan, 'runs' | 'payload'>,
    stream: NodeJS.WriteStream,
    color: boolean,
    quiet: boolean,
    signal: AbortSignal,
  ) {
    this.#signal = signal
    this.#plan = plan
    this.#line = new LiveLine(stream, quiet)
    this.#color = color
  }

  show(facts: RunFacts): void {
    const elapsedMs = performance.now() - this.#start
    if (!this.#line.shown || elapsedMs < QUIET_MS) return
    const { count, duration, clients, timeout } = this.#plan
    let scheduled = 0
    let replies = 0
    for (const client of facts.clients) {
      scheduled += client.scheduled
      replies += client.replies
    }
    const perSecond = this.#rate.note(elapsedMs, scheduled)
    const lastSent = facts.clients.reduce((last, client) => Math.max(last, client.lastSent), -Infinity)
    const elapsed = elapsedMs * MILLISECOND
    // All that is older than the timeout and unanswered is lost; before the last timeout is over that is not known one by one.
    const lost = elapsed - (lastSent - facts.startedAt) > timeout ? scheduled - replies : 0
    const waiting =
      this.#signal.aborted ||
      (count !== undefined && scheduled >= count * clients) ||
      (duration !== undefined && elapsed >= duration)
    const line = renderProgress(
      {
        elapsedMs,
        totalMs: duration === undefined ? undefined : toMs(duration),
        scheduled,
        total: count === undefined ? undefined : count * clients,
        replies,
        lost,
        perSecond,
        waiting,
      },
      this.#line.columns,
      createPalette(this.#color),
    )
    this.#line.show(line)
  }

  clear(): void {
    this.#line.clear()
  }
}
