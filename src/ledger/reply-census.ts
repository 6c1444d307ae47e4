import type { Nanos } from '../base/nanos.ts'
import { OUTCOME, PAGE_ROWS, TRAIT, type ProbePage } from '../facts/probe-table.ts'
import type { RunFacts } from '../facts/run.ts'
import { CHECKED_SIZE } from '../wire/probe.ts'

/** The server's receipts for one client, checked against its replies. */
export interface ReceiptsCheck {
  /** The server answered a probe, by a reply of kind `R` with a right check, and its receipts claim that it never arrived. */
  contradicted: boolean
  /**
   * Probes that the server must have counted before its latest answer: those that it had answered by then, and those that its receipts know.
   */
  known: number
  /** Send time of the earliest probe that the receipts know; Infinity: they know none. */
  earliest: Nanos
}

/** A client without replies and receipts. */
export const NO_RECEIPTS_CHECK: ReceiptsCheck = { contradicted: false, known: 0, earliest: Infinity }

/** Facts that only all rows of a run show together: the rule of the replies, and which receipts cannot be right. */
export class ReplyCensus {
  /** Replies that match only one of the rules. */
  same = 0
  upper = 0
  /** Replies that match both. */
  either = 0
  /** By client; absent without replies and receipts. */
  readonly checks = new Map<number, ReceiptsCheck>()

  /** The census of all rows in a run's table. */
  static of(facts: RunFacts): ReplyCensus {
    const census = new ReplyCensus()
    facts.probes.pages.forEach((page, number) => {
      if (page !== undefined) census.add(page, number, facts)
    })
    return census
  }

  /** Adds the rows of the page of this number. Each page must be added once. */
  add(page: ProbePage, number: number, { clients }: Pick<RunFacts, 'clients'>): void {
    const { outcome, traits } = page
    const asked = clients.some(({ receipts }) => receipts.totals !== undefined)
    for (let place = 0; place < outcome.length; place++) {
      const seen = traits[place] ?? 0
      this.addRule(page, place)
      if (!asked) continue
      const receipt = (seen & TRAIT.receiptMask) >>> TRAIT.receiptShift
      const answered = (seen & TRAIT.answered) !== 0 && isProved(page, place)
      if (receipt === 0 && !answered) continue
      const client = (number * PAGE_ROWS + place) % clients.length
      this.#book(client, page, place, receipt, answered, clients[client]?.receipts.askedAt ?? -Infinity)
    }
  }

  /** Counts the rule of a row's reply. A wrong reply matches none. Each row must be counted once. */
  addRule({ outcome, traits }: ProbePage, place: number): void {
    const met = outcome[place]
    if (met !== OUTCOME.whole && met !== OUTCOME.cut) return
    const rules = (traits[place] ?? 0) & (TRAIT.same | TRAIT.upper)
    if (rules === TRAIT.same) this.same += 1
    else if (rules === TRAIT.upper) this.upper += 1
    else this.either += 1
  }

  #book(client: number, page: ProbePage, place: number, receipt: number, answered: boolean, askedAt: Nanos): void {
    let check = this.checks.get(client)
    if (check === undefined) this.checks.set(client, (check = { ...NO_RECEIPTS_CHECK }))
    if (answered && receipt === 1) check.contradicted = true
    if (receipt > 1) check.earliest = Math.min(check.earliest, page.sent[place] ?? Infinity)
    // The receipts may not include a probe that was answered after the request was sent.
    if (receipt > 1 || (answered && (page.arrived[place] ?? Infinity) < askedAt)) check.known += 1
  }
}

/** Whether the reply's first 34 bytes are right, so that its check proves which probe it answers and who answered. */
export function isProved({ outcome, detail }: ProbePage, place: number): boolean {
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
