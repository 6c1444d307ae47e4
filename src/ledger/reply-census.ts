import type { Nanos } from '../base/nanos.ts'
import { OUTCOME, PAGE_ROWS, TRAIT, type ProbePage } from '../facts/probe-table.ts'
import type { RunFacts } from '../facts/run.ts'
import { CHECKED_SIZE } from '../wire/probe.ts'

/** What the probes of one client testify about the server's receipts. */
export interface Witness {
  /** The server says of a probe that it answered, by a reply of kind `R` with a right check, that it never came. */
  contradicted: boolean
  /** Probes that the server must have counted by its latest answer: those that it had answered so, and those that its receipts know. */
  known: number
  /** When the first probe that the receipts know was sent; Infinity: they know none. */
  earliest: Nanos
}

/** Nobody testified. */
export const NO_WITNESS: Witness = { contradicted: false, known: 0, earliest: Infinity }

/** What the rows of a run show together and none shows alone: which rule the replies follow, and whose receipts cannot be right. */
export class ReplyCensus {
  /** Replies that only one of the rules explains. */
  same = 0
  upper = 0
  /** Replies that both explain. */
  either = 0
  /** By client; of those that have none yet nothing was said. */
  readonly witnesses = new Map<number, Witness>()

  /** The census of all that a run's table holds. */
  static of(facts: RunFacts): ReplyCensus {
    const census = new ReplyCensus()
    facts.probes.pages.forEach((page, number) => {
      if (page !== undefined) census.add(page, number, facts)
    })
    return census
  }

  /** Counts the rows of the page of this number in, once. */
  add(page: ProbePage, number: number, { clients }: Pick<RunFacts, 'clients'>): void {
    const { outcome, traits } = page
    const asked = clients.some(({ receipts }) => receipts.totals !== undefined)
    for (let place = 0; place < outcome.length; place++) {
      const met = outcome[place] ?? OUTCOME.unscheduled
      const seen = traits[place] ?? 0
      if (met === OUTCOME.whole || met === OUTCOME.cut) this.#count(seen & (TRAIT.same | TRAIT.upper))
      if (!asked) continue
      const receipt = (seen & TRAIT.receiptMask) >>> TRAIT.receiptShift
      const answered = (seen & TRAIT.answered) !== 0 && isProved(page, place)
      if (receipt === 0 && !answered) continue
      const client = (number * PAGE_ROWS + place) % clients.length
      this.#book(client, page, place, receipt, answered, clients[client]?.receipts.askedAt ?? -Infinity)
    }
  }

  #book(client: number, page: ProbePage, place: number, receipt: number, answered: boolean, askedAt: Nanos): void {
    let witness = this.witnesses.get(client)
    if (witness === undefined) this.witnesses.set(client, (witness = { ...NO_WITNESS }))
    if (answered && receipt === 1) witness.contradicted = true
    if (receipt > 1) witness.earliest = Math.min(witness.earliest, page.sent[place] ?? Infinity)
    // A probe that was answered after the question had left may not be in what the server said by then.
    if (receipt > 1 || (answered && (page.arrived[place] ?? Infinity) < askedAt)) witness.known += 1
  }

  #count(rules: number): void {
    if (rules === TRAIT.same) this.same += 1
    else if (rules === TRAIT.upper) this.upper += 1
    else this.either += 1
  }
}

/** Whether the reply's first 34 bytes came right, so that its check proves which probe it answers and by whom. */
function isProved({ outcome, detail }: ProbePage, place: number): boolean {
  switch (outcome[place]) {
    case OUTCOME.whole:
      return true
    case OUTCOME.cut:
    case OUTCOME.wrong:
      return (detail[place] ?? 0) >= CHECKED_SIZE
    default:
      return false
  }
}
