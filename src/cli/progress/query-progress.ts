import { MILLISECOND } from '../../base/nanos.ts'
import { formatTarget } from '../../base/target.ts'
import type { QueryFacts } from '../../facts/query.ts'
import { renderQueryProgress } from '../../report/terminal/query-progress.ts'
import type { QueryPlan } from '../../runs/query/plan.ts'
import type { LiveLine } from './live-line.ts'

/** Answers in less time show no progress, ms. */
const QUIET_MS = 400
const REDRAW_MS = 200

/** Shows in the live line what a query waits for, and how long. */
export class QueryProgress {
  readonly #plan: QueryPlan
  readonly #line: LiveLine
  readonly #timer: NodeJS.Timeout | undefined
  #facts: QueryFacts | undefined
  #sent = 0
  #sentAt = 0

  constructor(plan: QueryPlan, line: LiveLine) {
    this.#plan = plan
    this.#line = line
    // With --wait-for the line shows what that waits for.
    if (line.shown && plan.waitFor === 0) this.#timer = setInterval(() => this.#draw(), REDRAW_MS)
  }

  /** Takes the live facts after a change. */
  note(facts: QueryFacts): void {
    this.#facts = facts
    if (facts.requests.length === this.#sent) return
    this.#sent = facts.requests.length
    this.#sentAt = performance.now()
  }

  end(): void {
    clearInterval(this.#timer)
  }

  #draw(): void {
    const waitedMs = performance.now() - this.#sentAt
    if (this.#facts === undefined || waitedMs < QUIET_MS) return
    const { target, timeout, count } = this.#plan
    const state = {
      target: formatTarget(target),
      requests: this.#sent,
      answered: this.#facts.requests.filter(({ fate }) => fate === 'answered').length,
      questions: count,
      waited: waitedMs * MILLISECOND,
      timeout,
    }
    this.#line.show(renderQueryProgress(state, this.#line.columns))
  }
}
