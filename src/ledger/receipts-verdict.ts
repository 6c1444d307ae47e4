import { MILLISECOND, type Nanos } from '../base/nanos.ts'
import type { ClientFacts } from '../facts/run.ts'
import type { ReceiptsCheck } from './reply-census.ts'

/** The largest count on the wire, which means "this many or more". */
const MAX_COUNT = 0xffffffff

/**
 * Whether a client's receipts come from another memory than the one that counted its probes: the server does not know a probe that it has
 * answered, or has received fewer different probes than it has answered and knows. So it was restarted, evicted the run, or is another server,
 * or the same one sees the client under another address (docs/wire-format.md, Receipts).
 */
export function receiptsAreVoid(
  { receipts }: Pick<ClientFacts, 'receipts'>,
  { contradicted, known }: ReceiptsCheck,
): boolean {
  const { totals, shrank } = receipts
  if (totals === undefined) return false
  return contradicted || shrank === true || (totals.distinct < MAX_COUNT && totals.distinct < known)
}

/**
 * The start of what the server's memory certainly covers: the sending of the earliest probe that it knows, or its reported time before its
 * answer arrived, whichever is earlier. The state of earlier probes that it does not know is unknown.
 */
export function memoryReachesTo(
  { receipts: { totals, toldAt }, sources }: Pick<ClientFacts, 'receipts' | 'sources'>,
  check: ReceiptsCheck,
): Nanos {
  if (totals === undefined || toldAt === undefined) return Infinity
  // A server keeps its memory per port, so a probe from one port proves nothing about another.
  const earliest = sources === undefined ? check.earliest : Infinity
  return Math.min(toldAt - totals.completeMs * MILLISECOND, earliest)
}
