import { OUTCOME, PAGE_ROWS, TRAIT, type ProbePage, type ProbeTable } from '../facts/probe-table.ts'

/** What the rows of a run show together and none shows alone: which rule the replies follow, and whose receipts cannot be right. */
export class ReplyCensus {
  /** Replies that only one of the rules explains. */
  same = 0
  upper = 0
  /** Replies that both explain. */
  either = 0
  /** The clients of which the server says of an answered probe that it never came. */
  readonly contradicted = new Set<number>()

  /** The census of all that a table holds. */
  static of(probes: ProbeTable): ReplyCensus {
    const census = new ReplyCensus()
    probes.pages.forEach((page, number) => {
      if (page !== undefined) census.add(page, number, probes.clients)
    })
    return census
  }

  /** Counts the rows of the page of this number in, once. */
  add({ outcome, traits }: ProbePage, number: number, clients: number): void {
    for (let place = 0; place < outcome.length; place++) {
      const met = outcome[place] ?? OUTCOME.unscheduled
      const seen = traits[place] ?? 0
      if (met === OUTCOME.whole || met === OUTCOME.cut) this.#count(seen & (TRAIT.same | TRAIT.upper))
      const receipt = (seen & TRAIT.receiptMask) >>> TRAIT.receiptShift
      if (receipt === 1 && (seen & TRAIT.answered) !== 0 && met !== OUTCOME.waiting)
        this.contradicted.add((number * PAGE_ROWS + place) % clients)
    }
  }

  #count(rules: number): void {
    if (rules === TRAIT.same) this.same += 1
    else if (rules === TRAIT.upper) this.upper += 1
    else this.either += 1
  }
}
