import type { Nanos } from '../base/nanos.ts'
import { OUTCOME, PAGE_ROWS, type ProbePage } from '../facts/probe-table.ts'
import { endOfRows, type RunFacts } from '../facts/run.ts'
import { isReplied, settledAt } from './settled-probes.ts'

/** Maximum number of settled probes without a reply whose late reply is still found, for its round trip. */
const MAX_UNANSWERED = 1024

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
  /** By page: 1 for each settled row. */
  readonly #settledRows = new Map<number, Uint8Array>()
  /** Rows below this one are settled. */
  #first = 0
  /** Rows that were settled without a reply, the oldest first. */
  #unanswered: number[] = []
  /** First replies that were found in rows. */
  #found = 0
  /** Settled probes that our kernel refused. */
  #refused = 0

  constructor(facts: RunFacts, onReply: (rtt: Nanos) => void) {
    this.#facts = facts
    this.#onReply = onReply
  }

  /** Settled probes without a reply so far. */
  get lost(): number {
    return this.settled - this.replies
  }

  /** Number of pages of which something is remembered. */
  get rememberedPages(): number {
    return this.#settledRows.size
  }

  /** Counts what became known by `now`, in a closed run everything. Call it before pages are retired. */
  advance(now: Nanos): void {
    const { closedAt, probes, clients } = this.#facts
    this.#settle(closedAt === Infinity ? now : Infinity)
    this.#takeAnswered()
    this.sent = clients.reduce((sum, { scheduled }) => sum + scheduled, -this.#refused)
    // The clients' counts may be older than the rows, but they include late replies that are not looked for any more.
    const counted = clients.reduce((sum, { replies }) => sum + replies, 0)
    this.replies = Math.max(this.replies, this.#found, counted)
    const done = Math.floor(this.#first / PAGE_ROWS)
    for (const number of this.#settledRows.keys())
      if (number < Math.max(done, probes.retired)) this.#settledRows.delete(number)
    this.#first = Math.max(this.#first, probes.retired * PAGE_ROWS)
  }

  #settle(now: Nanos): void {
    const { probes, finalRows, plan, clients, icmp } = this.#facts
    const end = endOfRows(clients)
    let isGapless = true
    for (let row = this.#first; row < end;) {
      const number = Math.floor(row / PAGE_ROWS)
      const page = probes.pages[number]
      const pageEnd = Math.min(end, (number + 1) * PAGE_ROWS)
      if (page === undefined) {
        row = pageEnd
        continue
      }
      const settledRows = this.#open(number)
      for (; row < pageEnd; row++) {
        const place = row % PAGE_ROWS
        if (settledRows[place] === 0) {
          if (settledAt(page, place, row < finalRows ? Infinity : now, plan.timeout, icmp.length) === undefined) {
            isGapless = false
            continue
          }
          settledRows[place] = 1
          this.#count(page, place, row)
        }
        if (isGapless) this.#first = row + 1
      }
    }
    if (this.#unanswered.length > MAX_UNANSWERED) this.#unanswered = this.#unanswered.slice(-MAX_UNANSWERED)
  }

  #count(page: ProbePage, place: number, row: number): void {
    this.settled += 1
    if (isReplied(page, place)) this.#take(page, place)
    else {
      this.#unanswered.push(row)
      if (page.outcome[place] === OUTCOME.refused) this.#refused += 1
    }
  }

  #takeAnswered(): void {
    this.#unanswered = this.#unanswered.filter(row => {
      const page = this.#facts.probes.find(row)
      const place = row % PAGE_ROWS
      if (page === undefined) return false
      if (!isReplied(page, place)) return true
      this.#take(page, place)
      return false
    })
  }

  #take(page: ProbePage, place: number): void {
    this.#found += 1
    const rtt = (page.arrived[place] ?? 0) - (page.sent[place] ?? 0)
    if (page.outcome[place] !== OUTCOME.wrong && rtt >= 0) this.#onReply(rtt)
  }

  #open(number: number): Uint8Array {
    let rows = this.#settledRows.get(number)
    if (rows === undefined) {
      rows = new Uint8Array(PAGE_ROWS)
      this.#settledRows.set(number, rows)
    }
    return rows
  }
}
