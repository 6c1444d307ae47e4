import { PAGE_ROWS, TRAIT } from '../../../src/facts/probe-table.ts'
import type { RunFacts } from '../../../src/facts/run.ts'

/** One row of the probe table, with named fields. */
export interface Row {
  readonly sequence: number
  readonly outcome: number
  readonly detail: number
  readonly traits: number
  readonly side: number
  /** The server's two bits; undefined: not reported. */
  readonly receipt: number | undefined
  readonly answered: boolean
  readonly scheduled: number
  readonly sent: number
  readonly arrived: number
  readonly order: number
  readonly copies: number
  readonly serverArrival: number
  readonly dwell: number
  readonly train: number
}

export function rowOf({ probes }: RunFacts, client: number, sequence: number): Row {
  const row = sequence * probes.clients + client
  const page = probes.find(row)
  const at = row % PAGE_ROWS
  const traits = page?.traits[at] ?? 0
  const state = (traits & TRAIT.receiptMask) >> TRAIT.receiptShift
  return {
    sequence,
    outcome: page?.outcome[at] ?? 0,
    detail: page?.detail[at] ?? 0,
    traits,
    side: traits & TRAIT.sideMask,
    receipt: state === 0 ? undefined : state - 1,
    answered: (traits & TRAIT.answered) !== 0,
    scheduled: page?.scheduled?.[at] ?? NaN,
    sent: page?.sent[at] ?? NaN,
    arrived: page?.arrived[at] ?? NaN,
    order: page?.order[at] ?? 0,
    copies: page?.copies[at] ?? 0,
    serverArrival: page?.serverArrival?.[at] ?? NaN,
    dwell: page?.dwell[at] ?? NaN,
    train: page?.train[at] ?? NaN,
  }
}

/** All rows of a client, in sending order. */
export function rowsOf(facts: RunFacts, client = 0): Row[] {
  return Array.from({ length: facts.clients[client]?.scheduled ?? 0 }, (_, sequence) => rowOf(facts, client, sequence))
}

export function outcomesOf(facts: RunFacts, client = 0): number[] {
  return rowsOf(facts, client).map(row => row.outcome)
}
