import { MILLISECOND, type Nanos } from '../../../base/nanos.ts'
import { createServerLog } from '../../../facts/server-log.ts'
import type { ServerActivity } from '../../../facts/server-activity.ts'
import type { ServerFacts } from '../../../facts/server.ts'
import { post } from '../../worker-thread.ts'
import type { Reporter } from '../loop/loop.ts'

/** Interval at which a busy server reports its counters. An idle one reports once more after it. */
const BUSY: Nanos = 250 * MILLISECOND
const QUIET: Nanos = 20 * MILLISECOND

/**
 * Reports the counters of a server while they change, and each new activity. While it is idle, nothing is reported and the thread sleeps,
 * except for the activity.
 */
export class ServerReporter implements Reporter {
  readonly #facts: ServerFacts
  #due: Nanos = Infinity
  #unpostedSince: Nanos = Infinity
  #posted: ServerActivity | undefined

  constructor(facts: ServerFacts) {
    this.#facts = facts
  }

  get due(): Nanos {
    return this.#facts.activity === this.#posted ? this.#due : -Infinity
  }

  changed(now: Nanos): void {
    if (this.#unpostedSince === Infinity) this.#unpostedSince = now
    this.#due = Math.min(this.#unpostedSince + BUSY, now + QUIET)
  }

  post(): void {
    this.#due = Infinity
    this.#posted = this.#facts.activity
    this.#unpostedSince = Infinity
    post({ kind: 'facts', facts: this.#facts })
    // Each entry is posted once.
    if (this.#facts.log !== undefined) this.#facts.log = createServerLog()
  }
}
