import type { Tally } from '../../ledger/tally.ts'
import { DIRECTION_WORDS } from '../direction-words.ts'
import { NO_CHANCE, type SizeRecord } from './sizes.ts'

type Located = 'lostForward' | 'lostReturn' | 'lostUnknown'

function lostOf(records: readonly SizeRecord[], { sizes }: Tally): Readonly<Record<Located, number>> {
  const fates = records.flatMap(({ size }) => sizes.get(size)?.fates ?? [])
  const sum = (name: Located): number => fates.reduce((all, one) => all + one[name], 0)
  return { lostForward: sum('lostForward'), lostReturn: sum('lostReturn'), lostUnknown: sum('lostUnknown') }
}

/** The direction in which probes of these sizes were lost, if receipts prove it: ` from client to server`, or nothing. */
export function direction(records: readonly SizeRecord[], tally: Tally): string {
  const { lostForward, lostReturn, lostUnknown } = lostOf(records, tally)
  if (lostUnknown > 0 || lostForward + lostReturn === 0) return ''
  if (lostReturn === 0) return ` ${DIRECTION_WORDS.forward}`
  return lostForward === 0 ? ` ${DIRECTION_WORDS.return}` : ' in both directions'
}

/** Whether receipts prove that the network lost probes of these sizes. Without receipts, a server that ignores them looks the same. */
export function isProved(records: readonly SizeRecord[], tally: Tally): boolean {
  const { lostForward, lostReturn, lostUnknown } = lostOf(records, tally)
  const located = lostForward + lostReturn
  return located >= NO_CHANCE || (located > 0 && lostUnknown === 0)
}

/** Whether receipts prove losses of these sizes from server to client only. ICMP errors about answers go to the server. */
export function isLostBack(records: readonly SizeRecord[], tally: Tally): boolean {
  const { lostForward, lostReturn } = lostOf(records, tally)
  return lostReturn > 0 && lostForward === 0
}

/** Whether receipts prove that answers to probes of these sizes were lost. */
export function lostAnswers(records: readonly SizeRecord[], tally: Tally): boolean {
  return lostOf(records, tally).lostReturn > 0
}
