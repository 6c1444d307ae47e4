import { FATES, replyCount, scheduledCount } from '../../ledger/fate.ts'
import type { Group } from '../../ledger/group.ts'
import type { Result, ResultLedger } from '../result.ts'

/** The ledger of a group in a Result. `answered`: messages with a reply that is not an echo. */
export function ledgerOf(group: Group, answered = 0): ResultLedger {
  const { fates } = group
  const scheduled = scheduledCount(fates) + answered
  const replies = replyCount(fates) + answered
  const shown = FATES.filter(fate => fate !== 'intact' && fates[fate] > 0).map(fate => [fate, fates[fate]] as const)
  return {
    scheduled,
    sent: scheduled - fates.refused,
    replies,
    fates: { intact: fates.intact, ...Object.fromEntries(shown), ...(answered === 0 ? {} : { answered }) },
    received: replies + group.duplicates + group.foreign + group.unidentified,
    duplicates: group.duplicates,
    reordered: group.reordered,
    foreign: group.foreign,
    unidentified: group.unidentified,
  }
}

export function truncationOf(group: Group): Result['truncation'] {
  return { count: group.fates.truncated, cutAt: group.cuts.map(({ length, count, side }) => ({ length, count, side })) }
}
