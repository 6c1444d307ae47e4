import { SECOND, type Nanos } from '../base/nanos.ts'
import { OUTCOME, PAGE_ROWS, TRAIT, type ProbePage } from '../facts/probe-table.ts'
import type { RunFacts } from '../facts/run.ts'
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
  /** 1: the row was given. Absent: the page was not begun. `true`: the page is done. */
  readonly #given: (Uint8Array | true | undefined)[] = []
  /** Pages below this one are done. */
  #first = 0

  constructor(facts: RunFacts) {
    this.#facts = facts
    this.#lossWait = lossWait(facts.plan.timeout)
  }

  /**
   * Rows that were settled by `now`, ascending.
   * @param now driver's clock
   */
  advance(now: Nanos): readonly number[] {
    const { timeout } = this.#facts.plan
    const isSending = this.#isSending(now)
    const settledBy = (page: ProbePage, place: number): boolean => {
      if (isReplied(page, place)) return (page.arrived[place] ?? Infinity) + COPIES_WAIT <= now
      if (!isSending) return false
      const sent = page.sent[place] ?? Infinity
      const due = sent === Infinity ? (page.scheduled?.[place] ?? -Infinity) : sent
      return due + timeout + this.#lossWait <= now && this.#isKnown(page, place)
    }
    return this.#take(settledBy)
  }

  /** All other scheduled rows of a closed run, ascending. */
  rest(): readonly number[] {
    return this.#take(() => true)
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

  #take(isSettled: (page: ProbePage, place: number) => boolean): readonly number[] {
    const { probes, clients } = this.#facts
    const end = clients.reduce((most, { scheduled }) => Math.max(most, scheduled), 0) * clients.length
    const found: number[] = []
    for (let number = this.#first; number * PAGE_ROWS < end; number++) {
      const page = probes.pages[number]
      if (page === undefined || this.#given[number] === true) continue
      const given = (this.#given[number] ??= new Uint8Array(PAGE_ROWS)) as Uint8Array
      let left = 0
      for (let place = 0; place < PAGE_ROWS; place++) {
        if (given[place] === 1) continue
        left += 1
        if (page.outcome[place] === OUTCOME.unscheduled || !isSettled(page, place)) continue
        left -= 1
        given[place] = 1
        found.push(number * PAGE_ROWS + place)
        this.#countRule(page, place)
      }
      if (left === 0) this.#given[number] = true
    }
    while (this.#given[this.#first] === true) this.#first += 1
    return found
  }

  /** Whether the ICMP error of a row is known here: another thread may have written the row before. */
  #isKnown(page: ProbePage, place: number): boolean {
    return page.outcome[place] !== OUTCOME.unreachable || (page.detail[place] ?? 0) < this.#facts.icmp.length
  }

  #countRule(page: ProbePage, place: number): void {
    const outcome = page.outcome[place]
    if (outcome !== OUTCOME.whole && outcome !== OUTCOME.cut) return
    const rules = (page.traits[place] ?? 0) & (TRAIT.same | TRAIT.upper)
    if (rules === TRAIT.same) this.#census.same += 1
    else if (rules === TRAIT.upper) this.#census.upper += 1
    else this.#census.either += 1
  }
}

/** How long a reply is waited for after the timeout. */
export function lossWait(timeout: Nanos): Nanos {
  return Math.max(timeout, SECOND)
}

function isReplied({ outcome, arrived }: ProbePage, place: number): boolean {
  const met = outcome[place]
  return (met === OUTCOME.whole || met === OUTCOME.cut || met === OUTCOME.wrong) && arrived[place] !== Infinity
}
