import { MILLISECOND, type Nanos } from '../../../base/nanos.ts'
import { isFlood } from '../../../facts/plan.ts'
import { PAGE_ROWS, ProbeTable } from '../../../facts/probe-table.ts'
import { createRunFacts, type RunFacts } from '../../../facts/run.ts'
import { post } from '../../worker-thread.ts'
import { writeCounters } from './client-counters.ts'
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
    const pages = new SharedPages(isFlood(plan), (number, buffer) => this.#opened.push({ number, buffer }))
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
    const { clients, epoch, startedAt, closedAt, interrupted, finalRows, icmp, wrongReplyAddress, clockStep } =
      this.facts
    writeCounters(this.#counters, clients)
    const headers = ended ? this.facts.headers : undefined
    const implausible = ended ? this.facts.implausible : undefined
    const icmpIgnored = ended ? this.facts.icmpIgnored : undefined
    const receiveErrors = ended ? this.facts.receiveErrors : undefined
    // The other thread folds final rows when it learns of them, so their receipts must be in the same message.
    const receipts = ended || finalRows > this.#posted ? this.#receipts.take(clients, ended) : []
    this.#posted = finalRows
    const sources = ended ? clients.map(client => client.sources) : undefined
    const update: ProberUpdate = {
      pages: this.#opened.splice(0),
      epoch,
      startedAt,
      closedAt,
      interrupted,
      finalRows,
      icmp,
      wrongReplyAddress,
      clockStep,
      receipts,
      sources,
      headers,
      implausible,
      icmpIgnored,
      receiveErrors,
    }
    post({ kind: 'facts', facts: update })
  }
}
