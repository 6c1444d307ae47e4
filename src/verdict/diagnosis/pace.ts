import { formatDuration } from '../../base/duration.ts'
import { MILLISECOND } from '../../base/nanos.ts'
import { scheduledCount, WITHOUT_ERROR } from '../../ledger/fate.ts'
import { chanceOfAtLeast } from '../../ledger/hypergeometric.ts'
import { IDENTIFIED_SIZE } from '../../wire/probe.ts'
import { pacingFigures } from '../figures/pacing.ts'
import type { Rule } from './rule.ts'
import { probes } from './words.ts'

/** A link between lateness and loss is named where chance makes one as strong less often than so. */
const FALSE_ALARM = 0.01

/**
 * The sender was late, and what it sent late was lost or answered late more often than the rest. That it was late at all is in `pacing`;
 * where it explains nothing it is no warning.
 */
export const senderLimited: Rule = (facts, { tally }) => {
  const pacing = pacingFigures(facts, tally)
  if (pacing?.senderLimited !== true) return undefined
  const { fates } = tally.total
  const scheduled = scheduledCount(fates)
  const affected = WITHOUT_ERROR.reduce((sum, fate) => sum + fates[fate], 0)
  const { missed, missedAndLost } = tally
  if (chanceOfAtLeast(missedAndLost, missed, affected, scheduled) >= FALSE_ALARM) return undefined
  return {
    code: 'senderTooSlow',
    message: `the sender did not keep its pace: ${missed} of ${probes(scheduled)} left more than one interval late, the latest by ${formatDuration(pacing.lateMaxMs * MILLISECOND)}, and ${missedAndLost} of these were lost or answered late, but only ${affected - missedAndLost} of the other ${scheduled - missed}`,
    hint: 'lower the rate or raise --interval: what waits here leaves in bursts, which buffers on the way drop',
    evidence: { missed, missedAndLost, lateMaxMs: pacing.lateMaxMs },
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
