import { MILLISECOND } from '../../../src/base/nanos.ts'
import type { ProbePlan } from '../../../src/facts/plan.ts'
import { OUTCOME, PAGE_ROWS, TRAIT, type ProbePage } from '../../../src/facts/probe-table.ts'
import { createRunFacts, type ClientFacts, type RunFacts } from '../../../src/facts/run.ts'
import type { ReceiptsTotals } from '../../../src/wire/receipts.ts'
import { probePlan } from '../machines/plans.ts'
import { zeroTotals } from '../wire/zero-totals.ts'

/** Facts about one probe; the defaults are a quiet run: one every 10 ms, answered after 1 ms. */
export interface CraftedRow {
  readonly outcome?: number
  readonly traits?: number
  readonly detail?: number
  readonly scheduled?: number
  readonly sent?: number
  readonly arrived?: number
  readonly copies?: number
  readonly dwell?: number
  readonly serverArrival?: number
  readonly train?: number
  /** The number that the peer put on the reply, in a run of another protocol. */
  readonly counter?: number
}

export interface Crafted {
  readonly plan?: Partial<ProbePlan>
  readonly clients?: readonly (Partial<ClientFacts> | undefined)[]
}

const RULES = TRAIT.same | TRAIT.upper
const RECEIPT_TRAIT = { notReceived: 1, received: 2, answered: 3, withheld: 4 } as const

/** A right reply of a udptool server. */
export function answered(row: CraftedRow = {}): CraftedRow {
  return { outcome: OUTCOME.whole, traits: RULES | TRAIT.answered, ...row }
}

/** A right reply of a server that is not udptool, or to a probe that arrived damaged. */
export function echoed(row: CraftedRow = {}): CraftedRow {
  return { outcome: OUTCOME.whole, traits: RULES, ...row }
}

export function cut(length: number, row: CraftedRow = {}): CraftedRow {
  return { outcome: OUTCOME.cut, traits: RULES | TRAIT.answered, detail: length, ...row }
}

export function wrong(offset: number, row: CraftedRow = {}): CraftedRow {
  return { outcome: OUTCOME.wrong, traits: TRAIT.answered, detail: offset, ...row }
}

/** No reply, and this state in the server’s receipts. */
export function silent(receipt?: keyof typeof RECEIPT_TRAIT): CraftedRow {
  const state = receipt === undefined ? 0 : RECEIPT_TRAIT[receipt]
  return { outcome: OUTCOME.waiting, traits: state << TRAIT.receiptShift }
}

export function refused(errno: number): CraftedRow {
  return { outcome: OUTCOME.refused, detail: errno }
}

export function unreachable(index = 0): CraftedRow {
  return { outcome: OUTCOME.unreachable, detail: index }
}

export function times<T>(count: number, row: T): T[] {
  return Array.from({ length: count }, () => row)
}

/** The facts of a run of these probes: rows in sending order, with several clients in turn. */
export function crafted(rows: readonly CraftedRow[], { plan = {}, clients = [] }: Crafted = {}): RunFacts {
  const facts = createRunFacts(probePlan({ count: Math.ceil(rows.length / (plan.clients ?? 1)), ...plan }), {
    name: 'kernel',
    icmp: 'queue',
    truncation: 'kernel',
    timestamps: 'kernel',
  })
  const replies: { readonly client: number; readonly arrived: number; readonly page: ProbePage; place: number }[] = []
  rows.forEach((given, row) => {
    const page = facts.probes.open(row)
    const place = row % PAGE_ROWS
    const number = row % facts.plan.clients
    const client = facts.clients[number]
    if (client === undefined) throw new Error('no client')
    const { outcome = OUTCOME.waiting, sent = Math.floor(row / facts.plan.clients) * 10 * MILLISECOND } = given
    const isReply = outcome === OUTCOME.whole || outcome === OUTCOME.cut || outcome === OUTCOME.wrong
    const arrived = given.arrived ?? (isReply ? sent + MILLISECOND : Infinity)
    page.outcome[place] = outcome
    page.traits[place] = given.traits ?? 0
    page.detail[place] = given.detail ?? 0
    if (page.scheduled !== undefined) page.scheduled[place] = given.scheduled ?? sent
    page.train[place] = given.train ?? 0
    page.sent[place] = sent
    page.arrived[place] = arrived
    page.copies[place] = given.copies ?? 0
    if (given.dwell !== undefined) page.dwell[place] = given.dwell
    if (given.serverArrival !== undefined && page.serverArrival !== undefined)
      page.serverArrival[place] = given.serverArrival
    if (given.counter !== undefined && page.counter !== undefined) page.counter[place] = given.counter
    client.scheduled += 1
    client.firstSent = Math.min(client.firstSent, sent)
    client.lastSent = Math.max(client.lastSent, sent)
    if (!isReply) return
    client.replies += 1
    client.duplicates += given.copies ?? 0
    if (((given.traits ?? 0) & TRAIT.answered) === 0) client.echoedArrivals += 1
    else client.answeredArrivals += 1
    replies.push({ client: number, arrived, page, place })
  })
  facts.clients.forEach((_, number) => {
    const own = replies.filter(reply => reply.client === number).toSorted((a, b) => a.arrived - b.arrived)
    own.forEach(({ page, place }, rank) => {
      page.order[place] = rank + 1
    })
  })
  clients.forEach((given, number) => Object.assign(facts.clients[number] ?? {}, given))
  facts.closedAt = rows.length * 10 * MILLISECOND
  return facts
}

/** Whole receipts with these totals, received after a run that the server remembers completely. */
export function withTotals(given: Partial<ReceiptsTotals> = {}): Pick<ClientFacts, 'receipts'> {
  return {
    receipts: {
      state: 'whole',
      toldAt: 1000 * MILLISECOND,
      askedAt: 1000 * MILLISECOND,
      totals: zeroTotals({ completeMs: 1_000_000, distinct: 1_000_000, ...given }),
    },
  }
}
