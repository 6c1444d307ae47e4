import { toMs } from '../base/nanos.ts'
import type { ProbePlan } from '../facts/plan.ts'
import type { RunFacts } from '../facts/run.ts'
import { createPalette } from '../report/palette.ts'
import { renderProgress } from '../report/progress.ts'

/** A run shorter than this needs no progress. */
const QUIET_MS = 400

/** One line on standard error that is written over and over; only on a terminal, and never in CI. */
export class ProgressLine {
  readonly #plan: Omit<ProbePlan, 'runs' | 'payload'>
  readonly #stream: NodeJS.WriteStream
  readonly #color: boolean
  readonly #shown: boolean
  readonly #start = performance.now()
  #dirty = false
  #before = { at: 0, scheduled: 0 }

  constructor(plan: Omit<ProbePlan, 'runs' | 'payload'>, stream: NodeJS.WriteStream, color: boolean, quiet: boolean) {
    this.#plan = plan
    this.#stream = stream
    this.#color = color
    this.#shown = stream.isTTY && process.env['CI'] === undefined && !quiet
  }

  show(facts: RunFacts): void {
    const elapsedMs = performance.now() - this.#start
    if (!this.#shown || elapsedMs < QUIET_MS) return
    const { count, duration, clients, timeout } = this.#plan
    let scheduled = 0
    let replies = 0
    for (const client of facts.clients) {
      scheduled += client.scheduled
      replies += client.replies
    }
    const seconds = (elapsedMs - this.#before.at) / 1000
    const perSecond = (scheduled - this.#before.scheduled) / seconds
    this.#before = { at: elapsedMs, scheduled }
    const lastSent = facts.clients.reduce((last, client) => Math.max(last, client.lastSent), -Infinity)
    const elapsed = elapsedMs * 1e6
    // All that is older than the timeout and unanswered is lost; before the last timeout is over that is not known one by one.
    const lost = elapsed - (lastSent - facts.startedAt) > timeout ? scheduled - replies : 0
    const waiting = count !== undefined && scheduled >= count * clients
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
      this.#stream.columns,
      createPalette(this.#color),
    )
    this.#stream.write(`\r\u001B[2K${line}`)
    this.#dirty = true
  }

  clear(): void {
    if (this.#dirty) this.#stream.write('\r\u001B[2K')
    this.#dirty = false
  }
}
