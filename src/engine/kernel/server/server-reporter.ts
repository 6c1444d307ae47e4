import { MILLISECOND, type Nanos } from '../../../base/nanos.ts'
import type { ServerFacts } from '../../../facts/server.ts'
import { post } from '../../worker-thread.ts'
import type { Reporter } from '../loop/loop.ts'

/** A server under load tells its counters so often, and one that fell quiet soon after. */
const BUSY: Nanos = 250 * MILLISECOND
const QUIET: Nanos = 20 * MILLISECOND

/** Tells the counters of a server while they change. A server that nobody talks to has nothing to tell, and sleeps. */
export class ServerReporter implements Reporter {
  due: Nanos = Infinity
  readonly #facts: ServerFacts
  #unpostedSince: Nanos = Infinity

  constructor(facts: ServerFacts) {
    this.#facts = facts
  }

  changed(now: Nanos): void {
    if (this.#unpostedSince === Infinity) this.#unpostedSince = now
    this.due = Math.min(this.#unpostedSince + BUSY, now + QUIET)
  }

  post(): void {
    this.due = Infinity
    this.#unpostedSince = Infinity
    post({ kind: 'facts', facts: this.#facts })
    // They are told once.
    if (this.#facts.seen !== undefined) this.#facts.seen = []
  }
}
