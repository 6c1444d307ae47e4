import type { ResultLedger } from '../../verdict/result.ts'

export type Fate = keyof ResultLedger['fates']

/** The five groups for people. */
export type FateGroup = 'whole' | 'damaged' | 'late' | 'lost' | 'not sent'

/** Every fate with its group and a short meaning, in display order. */
export const FATES: readonly { readonly fate: Fate; readonly group: FateGroup; readonly meaning: string }[] = [
  { fate: 'intact', group: 'whole', meaning: 'every byte right' },
  { fate: 'truncated', group: 'damaged', meaning: 'only the beginning came' },
  { fate: 'corrupt', group: 'damaged', meaning: 'wrong bytes' },
  { fate: 'late', group: 'late', meaning: 'right, but too late' },
  { fate: 'lostForward', group: 'lost', meaning: 'never reached the server' },
  { fate: 'lostServerBuffer', group: 'lost', meaning: 'server buffer was full' },
  { fate: 'lostServerPolicy', group: 'lost', meaning: 'withheld by the server' },
  { fate: 'lostReturn', group: 'lost', meaning: 'lost on the return path' },
  { fate: 'lostClientBuffer', group: 'lost', meaning: 'our own buffer was full' },
  { fate: 'lostUnknown', group: 'lost', meaning: 'place of loss unknown' },
  { fate: 'unreachable', group: 'lost', meaning: 'an ICMP error came back' },
  { fate: 'refused', group: 'not sent', meaning: 'refused by our own kernel' },
]

/** How many probes a group holds. */
export function groupCount(ledger: ResultLedger, group: FateGroup): number {
  return FATES.reduce((sum, entry) => sum + (entry.group === group ? (ledger.fates[entry.fate] ?? 0) : 0), 0)
}
