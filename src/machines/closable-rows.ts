import type { Nanos } from '../base/nanos.ts'
import type { ProbePlan } from '../facts/plan.ts'
import { PAGE_ROWS } from '../facts/probe-table.ts'
import type { RunFacts } from '../facts/run.ts'

/**
 * Finds the pages of a run that can be closed on the way (`--summary`): every client has sent all its probes in them, and each is so old
 * that its reply no longer counts. Clients that a window paces do not advance together, so each is looked at, the laggard first.
 */
export class ClosableRows {
  /** Rows below this one are ripe. */
  end = 0
  readonly #facts: RunFacts
  readonly #age: Nanos
  /** Clients below this number have passed the end of the next page. */
  #passed = 0

  constructor(plan: ProbePlan, facts: RunFacts) {
    this.#facts = facts
    // A probe that is `timeout` old is lost, and one more for a late reply and for what is under way when the server is asked.
    this.#age = 2 * plan.timeout
  }

  /** Moves `end` on as far as it goes. */
  advance(now: Nanos): void {
    const { clients } = this.#facts.probes
    for (;;) {
      const end = this.end + PAGE_ROWS
      while (this.#passed < clients && this.#hasPassed(this.#passed, end, now)) this.#passed += 1
      if (this.#passed < clients) return
      this.#passed = 0
      this.end = end
    }
  }

  /** Whether the client's last probe below row `end` is old enough; the probes of a client leave in order. */
  #hasPassed(client: number, end: number, now: Nanos): boolean {
    const { probes } = this.#facts
    const row = (Math.ceil((end - client) / probes.clients) - 1) * probes.clients + client
    // With more clients than a page has rows, this one may have none in it.
    if (row < this.end) return true
    const sent = probes.find(row)?.sent[row % PAGE_ROWS] ?? Infinity
    return sent + this.#age <= now
  }
}
