import type { Nanos } from '../base/nanos.ts'
import type { ProbePlan } from '../facts/plan.ts'
import { PAGE_ROWS } from '../facts/probe-table.ts'
import type { RunFacts } from '../facts/run.ts'

/**
 * Finds the pages that can be closed during a run (`--summary`): every client has sent all its probes in them, and all are so old that a reply
 * no longer counts. Window-paced clients do not advance together, so each is examined, the slowest first.
 */
export class ClosableRows {
  /** Rows below this one can be closed. */
  end = 0
  readonly #facts: RunFacts
  readonly #age: Nanos
  /** Clients below this number have passed the end of the next page. */
  #passed = 0

  constructor(plan: ProbePlan, facts: RunFacts) {
    this.#facts = facts
    // A probe is lost after one `timeout`; a second one allows for a late reply and for packets in flight when the server is asked.
    this.#age = 2 * plan.timeout
  }

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

  /** Whether the client's last probe below row `end` is old enough; a client sends its probes in order. */
  #hasPassed(client: number, end: number, now: Nanos): boolean {
    const { probes } = this.#facts
    const row = (Math.ceil((end - client) / probes.clients) - 1) * probes.clients + client
    // If there are more clients than rows in a page, this client may have none in it.
    if (row < this.end) return true
    const sent = probes.find(row)?.sent[row % PAGE_ROWS] ?? Infinity
    return sent + this.#age <= now
  }
}
