import { MILLISECOND, type Nanos } from '../base/nanos.ts'
import type { ClientFacts } from '../facts/run.ts'
import type { Witness } from './reply-census.ts'

/** The largest count on the wire, which means "this many or more". */
const COUNTED_MOST = 0xffffffff

/**
 * Whether a client's receipts are those of another memory than the one that its probes met: the server does not know a probe that it has
 * answered, or has received fewer different probes than it has answered and knows. So it was restarted, had to forget the run, or is
 * another server, or the same one that sees the client behind another address (docs/wire-format.md, Receipts).
 */
export function receiptsAreVoid({ receipts }: ClientFacts, { contradicted, known }: Witness): boolean {
  const { totals, shrank } = receipts
  if (totals === undefined) return false
  return contradicted || shrank === true || (totals.distinct < COUNTED_MOST && totals.distinct < known)
}

/**
 * How far back the server's memory surely reaches: to the sending of the earliest probe that it knows, or for as long before its answer
 * was received as it reports, whichever is earlier. The state of earlier probes that it does not know is unknown.
 */
export function memoryReachesTo({ receipts: { totals, toldAt }, sources }: ClientFacts, witness: Witness): Nanos {
  if (totals === undefined || toldAt === undefined) return Infinity
  // A server remembers per port, so a probe from one port proves nothing about another.
  const earliest = sources === undefined ? witness.earliest : Infinity
  return Math.min(toldAt - totals.completeMs * MILLISECOND, earliest)
}
