import { MILLISECOND } from '../base/nanos.ts'
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
