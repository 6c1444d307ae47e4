import { SECOND, type Nanos } from '../base/nanos.ts'
import { isReply, OUTCOME, PAGE_ROWS, type ProbePage } from '../facts/probe-table.ts'
import { endOfRows, type RunFacts } from '../facts/run.ts'
import { Classifier } from './classifier.ts'
import { ReplyCensus } from './reply-census.ts'

/** Further copies of a reply are waited for this long. */
export const COPIES_WAIT: Nanos = SECOND / 2

/**
 * Finds the rows of a run that are settled while it goes on, each once: a row with a reply after a wait for its copies, and a row without one
 * after twice the timeout, because a late reply may come. Once no more probes are sent, rows without a reply are left for the end of the run,
 * when the receipts show where they were lost. Its memory is a byte a row of the pages that are not done.
 */
export class FinalRows {
  readonly #facts: RunFacts
  readonly #census = new ReplyCensus()
  readonly #lossWait: Nanos
  /** For each page that has both, which rows were given (1). */
  readonly #given: (Uint8Array | undefined)[] = []
  /** When a row of a page may be settled next. Absent: at any time. Infinity: the page is done. */
  readonly #due: Nanos[] = []
  /** Pages below this one are done. */
  #first = 0

  constructor(facts: RunFacts) {
    this.#facts = facts
    this.#lossWait = lossWait(facts.plan.timeout)
  }

  /**
   * Rows that were settled by `now`, ascending.
   * @param now driver's clock
   * @param most number of rows after which no further page is searched
   */
  advance(now: Nanos, most = Infinity): readonly number[] {
    const isSending = this.#isSending(now)
    return this.#search(now, most, (page, number, given, found) => {
      // A reply may come at any time, and is settled so long after that.
      let next = now + COPIES_WAIT
      let left = 0
      for (let place = 0; place < page.outcome.length; place++) {
        if (given[place] === 1) continue
        const due = this.#dueAt(page, place, isSending)
        if (due <= now) this.#give(page, number, place, given, found)
        else {
          left += 1
          if (due < next) next = due
        }
      }
      return left === 0 ? Infinity : next
    })
  }

  /** All other scheduled rows of a closed run, ascending. */
  rest(): readonly number[] {
    return this.#search(Infinity, Infinity, (page, number, given, found) => {
      for (let place = 0; place < page.outcome.length; place++)
        if (given[place] === 0 && page.outcome[place] !== OUTCOME.unscheduled)
          this.#give(page, number, place, given, found)
      return Infinity
    })
  }

  /** Determines the fates of rows that were given, by the replies to them. */
  classifier(): Classifier {
    return new Classifier(this.#facts, this.#census)
  }

  #isSending(now: Nanos): boolean {
    const { plan, clients, startedAt, interrupted } = this.#facts
    const { count = Infinity, duration = Infinity } = plan
    return !interrupted && now < startedAt + duration && clients.some(({ scheduled }) => scheduled < count)
  }

  /** Searches the pages that may have a row which is settled by `now`. `searchPage` returns when the page must be searched again. */
  #search(
    now: Nanos,
    most: number,
    searchPage: (page: ProbePage, number: number, given: Uint8Array, found: number[]) => Nanos,
  ): readonly number[] {
    const { probes, clients } = this.#facts
    const end = endOfRows(clients)
    const found: number[] = []
    for (let number = this.#first; number * PAGE_ROWS < end && found.length < most; number++) {
      const page = probes.pages[number]
      const due = this.#due[number] ?? -Infinity
      if (page === undefined || due === Infinity || due > now) continue
      const given = (this.#given[number] ??= new Uint8Array(PAGE_ROWS))
      this.#due[number] = searchPage(page, number, given, found)
      if (this.#due[number] === Infinity) this.#given[number] = undefined
    }
    while (this.#due[this.#first] === Infinity) this.#first += 1
    return found
  }

  /** When a row is settled, if nothing more happens to it. Infinity: not while the run goes on. */
  #dueAt(page: ProbePage, place: number, isSending: boolean): Nanos {
    const outcome = page.outcome[place]
    if (outcome === OUTCOME.unscheduled) return Infinity
    const arrived = page.arrived[place] as number
    if (arrived !== Infinity && isReply(outcome)) return arrived + COPIES_WAIT
    if (!isSending || !this.#isKnown(page, place)) return Infinity
    const sent = page.sent[place] as number
    const left = sent === Infinity ? (page.scheduled?.[place] ?? -Infinity) : sent
    return left + this.#facts.plan.timeout + this.#lossWait
  }

  #give(page: ProbePage, number: number, place: number, given: Uint8Array, found: number[]): void {
    given[place] = 1
    found.push(number * PAGE_ROWS + place)
    this.#census.addRule(page, place)
  }

  /** Whether the ICMP error of a row is known here: another thread may have written the row before. */
  #isKnown(page: ProbePage, place: number): boolean {
    return page.outcome[place] !== OUTCOME.unreachable || (page.detail[place] ?? 0) < this.#facts.icmp.length
  }
}

/** How long a reply is waited for after the timeout. */
export function lossWait(timeout: Nanos): Nanos {
  return Math.max(timeout, SECOND)
}
