import type { Nanos } from '../base/nanos.ts'
import type { EarlyAnswer } from '../facts/early-receipts.ts'
import { OUTCOME, PAGE_ROWS, TRAIT, type ProbePage } from '../facts/probe-table.ts'
import { probeSize, type RunFacts } from '../facts/run.ts'
import { CHECKED_SIZE } from '../wire/probe.ts'
import { RECEIPT } from '../wire/receipts.ts'
import type { Fate } from './fate.ts'
import { memoryReachesTo, receiptsAreVoid } from './receipts-verdict.ts'
import { isProved, NO_RECEIPTS_CHECK, type ReceiptsCheck } from './reply-census.ts'

/** The fate of a lost probe while the run goes on. */
export interface EarlyFate {
  readonly fate: Fate
  /** When it became known: with the server's answer, or when none is awaited any more. Driver's clock. */
  readonly at: Nanos
}

/** The server's latest answer, judged. */
interface Judged {
  readonly answer: EarlyAnswer
  /** Whether it comes from the memory that counted the probes of this run. */
  readonly isBelieved: boolean
  /** What the memory certainly covers begins here. */
  readonly reach: Nanos
}

/**
 * The directions of losses while a run goes on, by the same rules as in the ledger (docs/ledger.md), but by the server's latest answer alone. A
 * probe that had not reached the server by then may still reach it.
 */
export class EarlyDirections {
  readonly #facts: RunFacts
  #judged: Judged | undefined

  constructor(facts: RunFacts) {
    this.#facts = facts
  }

  /** Judges a new answer. */
  advance(): void {
    const latest = this.#facts.early?.latest
    if (latest !== undefined && latest.toldAt !== this.#judged?.answer.toldAt) this.#judged = this.#judge(latest)
  }

  /**
   * The fate of a probe without a reply whose timeout is over; undefined: an answer about it is awaited. `now` is Infinity if its row is final.
   */
  fate(page: ProbePage, row: number, now: Nanos): EarlyFate | undefined {
    const { early, plan } = this.#facts
    const client = row % plan.clients
    const sequence = (row - client) / plan.clients
    const sent = page.sent[row % PAGE_ROWS] ?? 0
    const overdueSince = sent + plan.timeout
    const isIncluded = probeSize(plan, sequence) >= CHECKED_SIZE
    const told = isIncluded ? this.#told(client, sequence, sent) : undefined
    if (told !== undefined) return told
    const wait = isIncluded && early !== undefined && now !== Infinity ? early.wait : 0
    return now < overdueSince + wait ? undefined : { fate: 'lostUnknown', at: overdueSince + wait }
  }

  #told(client: number, sequence: number, sent: Nanos): EarlyFate | undefined {
    if (this.#judged === undefined) return undefined
    const { answer, isBelieved, reach } = this.#judged
    const state = answer.states[sequence - answer.from]
    if (answer.client !== client || state === undefined) return undefined
    // It may have been on its way when the server was asked.
    if (answer.askedAt < sent + this.#facts.plan.timeout) return undefined
    return { fate: isBelieved ? fateOf(state, sent < reach) : 'lostUnknown', at: answer.toldAt }
  }

  /** The rules of the ledger (receipts-verdict.ts), for the probes in the answer and the count of all answered ones. */
  #judge(answer: EarlyAnswer): Judged {
    const { client, from, states, askedAt, toldAt, totals, answered } = answer
    const { clients, probes } = this.#facts
    const check: ReceiptsCheck = { ...NO_RECEIPTS_CHECK, known: answered }
    states.forEach((state, at) => {
      const row = (from + at) * clients.length + client
      const page = probes.find(row)
      const place = row % PAGE_ROWS
      if (page === undefined) return
      const isKnown = state !== RECEIPT.notReceived
      if (isKnown) check.earliest = Math.min(check.earliest, page.sent[place] ?? Infinity)
      if (page.outcome[place] === OUTCOME.waiting) check.known += isKnown ? 1 : 0
      else if (((page.traits[place] ?? 0) & TRAIT.answered) !== 0 && isProved(page, place))
        check.contradicted ||= !isKnown && (page.arrived[place] ?? Infinity) < askedAt
    })
    const receipts = { receipts: { state: 'whole', totals, toldAt } } as const
    return { answer, isBelieved: !receiptsAreVoid(receipts, check), reach: memoryReachesTo(receipts, check) }
  }
}

/** @param isBeyondMemory the server's memory may begin later than the probe was sent */
function fateOf(state: number, isBeyondMemory: boolean): Fate {
  switch (state) {
    case RECEIPT.notReceived:
      return isBeyondMemory ? 'lostUnknown' : 'lostForward'
    case RECEIPT.answered:
      return 'lostReturn'
    case RECEIPT.withheld:
      return 'lostServerPolicy'
    default:
      return 'lostUnknown'
  }
}
