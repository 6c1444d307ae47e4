import { MILLISECOND, type Nanos } from '../../../base/nanos.ts'
import { pageShape } from '../../../facts/plan.ts'
import { PAGE_ROWS, ProbeTable } from '../../../facts/probe-table.ts'
import { createRunFacts, type RunFacts } from '../../../facts/run.ts'
import { writeCounters } from '../../client-counters.ts'
import { createUpdate } from '../../run-update.ts'
import { post } from '../../worker-thread.ts'
import type { Reporter } from '../loop/loop.ts'
import { ChangedReceipts } from './changed-receipts.ts'
import type { ProberUpdate, ProberTask, SharedPage } from './prober-task.ts'
import { SharedPages } from './shared-pages.ts'

/** Interval for posting progress. */
const EVERY: Nanos = 100 * MILLISECOND
/** Minimum time between two messages of a live run. */
const LIVE_EVERY: Nanos = 2 * MILLISECOND

/** Shares the facts of a run with another thread: pages in shared memory, the rest posted ten times per second. */
export class ProberReporter implements Reporter {
  due: Nanos = -Infinity
  readonly facts: RunFacts
  readonly #counters: Float64Array
  readonly #opened: SharedPage[] = []
  readonly #receipts = new ChangedReceipts()
  /** Final rows as of the last message. */
  #posted = 0
  #postedAt: Nanos = -Infinity
  readonly #live: boolean

  constructor({ plan, engine, counters, folded, live }: ProberTask) {
    this.#live = live
    this.#counters = counters
    const pages = new SharedPages(pageShape(plan), (number, buffer) => this.#opened.push({ number, buffer }))
    const probes: ProbeTable = new ProbeTable(plan.clients, number =>
      pages.open(number, Math.min(probes.retired, Atomics.load(folded, 0))),
    )
    this.facts = createRunFacts(plan, engine, probes)
  }

  changed(): void {
    if (this.#live) this.due = Math.min(this.due, this.#postedAt + LIVE_EVERY)
  }

  post(now: Nanos): void {
    this.due = now + EVERY
    this.#postedAt = now
    this.#postUpdate(false)
    const { probes, finalRows } = this.facts
    // The other thread keeps a final page until it has folded it.
    while ((probes.retired + 1) * PAGE_ROWS <= finalRows) probes.retire()
  }

  /** The ledger is closed. */
  postEnd(): void {
    this.#postUpdate(true)
  }

  #postUpdate(ended: boolean): void {
    const { clients, finalRows } = this.facts
    writeCounters(this.#counters, clients)
    // The other thread folds final rows when it learns of them, so their receipts must be in the same message.
    const receipts = ended || finalRows > this.#posted ? this.#receipts.take(clients, ended) : []
    this.#posted = finalRows
    const pages = this.#opened.splice(0)
    const update: ProberUpdate = { pages, ...createUpdate(this.facts, receipts, ended) }
    post({ kind: 'facts', facts: update })
  }
}
