import { MILLISECOND, type Nanos } from '../base/nanos.ts'
import { isReply, OUTCOME, PAGE_ROWS, type ProbePage } from '../facts/probe-table.ts'
import { endOfRows, type RunFacts } from '../facts/run.ts'

/** A reply that was stamped before the timeout may be read this much after it. */
const MARGIN: Nanos = 10 * MILLISECOND
/** Maximum number of settled rows without a reply for which a reply is still noticed. */
const MAX_UNANSWERED = 1024

/**
 * The rows of a run that are settled, while it goes on: finds each row once when it is settled, and once more if a reply comes to it later. Its
 * memory is that of the pages between the first and the last unsettled row.
 */
export class SettlingCursor {
  readonly #facts: RunFacts
  /** By page: 1 for each settled row. */
  readonly #pages = new Map<number, Uint8Array>()
  /** Rows below this one are settled. */
  #first = 0
  /** Rows that were settled without a reply, the oldest first. */
  #unanswered: number[] = []

  constructor(facts: RunFacts) {
    this.#facts = facts
  }

  /** Number of pages of which something is remembered. */
  get rememberedPages(): number {
    return this.#pages.size
  }

  has(row: number): boolean {
    return row < this.#first || this.#pages.get(Math.floor(row / PAGE_ROWS))?.[row % PAGE_ROWS] === 1
  }

  /**
   * Calls `take` with each row that is settled by `now` and was not taken before, with the time (`settledAt`), and whether it has a reply. A row
   * for which it returns false is not taken yet.
   */
  settle(now: Nanos, take: (page: ProbePage, row: number, at: Nanos, replied: boolean) => boolean): void {
    const { probes, finalRows, plan, clients, icmp } = this.#facts
    const end = endOfRows(clients)
    /** The first row that is not settled, or not known here. */
    let gap = end
    for (let row = this.#first; row < end; row = (Math.floor(row / PAGE_ROWS) + 1) * PAGE_ROWS) {
      const number = Math.floor(row / PAGE_ROWS)
      const page = probes.pages[number]
      if (page === undefined) {
        if (number >= probes.retired) gap = Math.min(gap, row)
        continue
      }
      const settled = this.#open(number)
      const begin = number * PAGE_ROWS
      const places = Math.min(end - begin, PAGE_ROWS)
      for (let place = row - begin; place < places; place++) {
        if (settled[place] !== 0) continue
        const at = settledAt(page, place, begin + place < finalRows ? Infinity : now, plan.timeout, icmp.length)
        // Read once, because another thread may be writing the row.
        const replied = at !== undefined && isReplied(page, place)
        if (at === undefined || !take(page, begin + place, at, replied)) {
          if (gap > begin + place) gap = begin + place
          continue
        }
        settled[place] = 1
        if (!replied) this.#unanswered.push(begin + place)
      }
    }
    this.#first = Math.max(this.#first, gap)
    if (this.#unanswered.length > MAX_UNANSWERED) this.#unanswered = this.#unanswered.slice(-MAX_UNANSWERED)
  }

  /** Calls `take` with each row that was settled without a reply and has one now. */
  takeAnswered(take: (page: ProbePage, row: number) => void): void {
    this.#unanswered = this.#unanswered.filter(row => {
      const page = this.#facts.probes.find(row)
      if (page === undefined) return false
      if (!isReplied(page, row % PAGE_ROWS)) return true
      take(page, row)
      return false
    })
  }

  /** Forgets pages that are settled or retired. */
  forget(): void {
    const { retired } = this.#facts.probes
    this.#first = Math.max(this.#first, retired * PAGE_ROWS)
    const done = Math.floor(this.#first / PAGE_ROWS)
    for (const number of this.#pages.keys()) if (number < done) this.#pages.delete(number)
  }

  #open(number: number): Uint8Array {
    let page = this.#pages.get(number)
    if (page === undefined) {
      page = new Uint8Array(PAGE_ROWS)
      this.#pages.set(number, page)
    }
    return page
  }
}

/** When a row was settled; undefined: not yet, or it is not scheduled. */
export function settledAt(
  page: ProbePage,
  place: number,
  now: Nanos,
  timeout: Nanos,
  errors: number,
): Nanos | undefined {
  const sent = page.sent[place] ?? Infinity
  switch (page.outcome[place]) {
    case OUTCOME.unscheduled:
      return undefined
    case OUTCOME.waiting:
      return sent + timeout + MARGIN <= now ? sent + timeout : undefined
    case OUTCOME.refused:
      return sent
    case OUTCOME.unreachable:
      // Another thread may have written the row before its error is known here.
      return (page.detail[place] ?? 0) < errors || now === Infinity ? Math.min(now, sent + timeout) : undefined
    default: {
      // Another thread may be writing the row: the arrival comes last.
      const arrived = page.arrived[place] ?? Infinity
      return arrived === Infinity ? undefined : arrived
    }
  }
}

/** Whether the row has a reply. */
export function isReplied({ outcome, arrived }: ProbePage, place: number): boolean {
  return isReply(outcome[place]) && arrived[place] !== Infinity
}
