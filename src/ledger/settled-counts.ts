import type { Nanos } from '../base/nanos.ts'
import { OUTCOME, PAGE_ROWS, type ProbePage } from '../facts/probe-table.ts'
import type { RunFacts } from '../facts/run.ts'
import { SettlingCursor } from './settling-cursor.ts'

/**
 * Counts the probes of a run while it goes on, each once, as soon as its fate is known (`settledAt`). Unlike `SettledProbes` it does not determine
 * fates and allocates nothing for a probe, so that it can follow a flood. Its memory is that of the pages between the first and the last
 * unsettled probe.
 */
export class SettledCounts {
  /** Probes that were handed to our kernel. */
  sent = 0
  settled = 0
  /** First replies, also those that came after their probe was settled without one. */
  replies = 0
  readonly #facts: RunFacts
  /** Called with the round trip of each reply without a wrong byte, when it is found. */
  readonly #onReply: (rtt: Nanos) => void
  readonly #rows: SettlingCursor
  /** First replies that were found in rows. */
  #found = 0
  /** Settled probes that our kernel refused. */
  #refused = 0

  constructor(facts: RunFacts, onReply: (rtt: Nanos) => void) {
    this.#facts = facts
    this.#onReply = onReply
    this.#rows = new SettlingCursor(facts)
  }

  /** Settled probes without a reply so far. */
  get lost(): number {
    return this.settled - this.replies
  }

  /** Number of pages of which something is remembered. */
  get rememberedPages(): number {
    return this.#rows.rememberedPages
  }

  /** Counts what became known by `now`, in a closed run everything. Call it before pages are retired. */
  advance(now: Nanos): void {
    const { closedAt, clients } = this.#facts
    this.#rows.settle(closedAt === Infinity ? now : Infinity, this.#count)
    this.#rows.takeAnswered(this.#take)
    this.sent = clients.reduce((sum, { scheduled }) => sum + scheduled, -this.#refused)
    // The clients' counts may be older than the rows, but they include late replies that are not looked for any more.
    const counted = clients.reduce((sum, { replies }) => sum + replies, 0)
    this.replies = Math.max(this.replies, this.#found, counted)
    this.#rows.forget()
  }

  readonly #count = (page: ProbePage, row: number, _at: Nanos, replied: boolean): boolean => {
    this.settled += 1
    if (replied) this.#take(page, row)
    else if (page.outcome[row % PAGE_ROWS] === OUTCOME.refused) this.#refused += 1
    return true
  }

  readonly #take = (page: ProbePage, row: number): void => {
    const place = row % PAGE_ROWS
    this.#found += 1
    const rtt = (page.arrived[place] ?? 0) - (page.sent[place] ?? 0)
    if (page.outcome[place] !== OUTCOME.wrong && rtt >= 0) this.#onReply(rtt)
  }
}
