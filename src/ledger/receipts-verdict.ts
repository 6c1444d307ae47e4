import { MILLISECOND } from '../base/nanos.ts'
import { OUTCOME, TRAIT, type ProbeTable } from '../facts/probe-table.ts'
import type { ClientFacts } from '../facts/run.ts'

/** The clocks of both ends count whole milliseconds from moments of their own. */
const ROUNDING_MS = 1

/**
 * Whether a client's receipts may be believed. They are void if the server's memory is shorter than the run (a restart, an eviction),
 * or if it does not know a probe that it has answered.
 */
export function receiptsAreVoid(client: ClientFacts, contradicted: boolean): boolean {
  const { totals, toldAt } = client.receipts
  if (totals === undefined || toldAt === undefined) return false
  return contradicted || totals.completeMs + ROUNDING_MS < (toldAt - client.firstSent) / MILLISECOND
}

/** The clients of which the server says of an answered probe that it never came. */
export function contradictedClients(probes: ProbeTable): ReadonlySet<number> {
  const found = new Set<number>()
  probes.pages.forEach((page, number) => {
    if (page === undefined) return
    page.traits.forEach((traits, place) => {
      const receipt = (traits & TRAIT.receiptMask) >>> TRAIT.receiptShift
      if (receipt !== 1 || (traits & TRAIT.answered) === 0 || page.outcome[place] === OUTCOME.waiting) return
      found.add((number * page.outcome.length + place) % probes.clients)
    })
  })
  return found
}
