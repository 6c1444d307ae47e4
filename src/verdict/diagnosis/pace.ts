import { formatDuration } from '../../base/duration.ts'
import { MILLISECOND } from '../../base/nanos.ts'
import { scheduledCount } from '../../ledger/fate.ts'
import { IDENTIFIED_SIZE } from '../../wire/probe.ts'
import { pacingFigures } from '../pacing.ts'
import type { Rule } from './rule.ts'

export const senderLimited: Rule = (facts, { tally }) => {
  const pacing = pacingFigures(facts, tally)
  if (pacing?.senderLimited !== true) return undefined
  return {
    code: 'senderTooSlow',
    message: `the sender did not keep its pace: ${pacing.missed} of ${scheduledCount(tally.total.fates)} probes left more than one interval late, the latest by ${formatDuration(pacing.lateMaxMs * MILLISECOND)}`,
    hint: 'lower the rate or raise --interval; what was lost or late here may be this host’s doing',
    evidence: { missed: pacing.missed, lateMaxMs: pacing.lateMaxMs },
  }
}

export const smallProbes: Rule = ({ plan }) => {
  if (!plan.sizes.some(size => size < IDENTIFIED_SIZE)) return undefined
  return {
    code: 'smallProbes',
    message: `datagrams below ${IDENTIFIED_SIZE} bytes cannot be told apart, so they were sent one at a time (--window 1)`,
    hint: `send ${IDENTIFIED_SIZE} bytes or more to have several in flight`,
  }
}
