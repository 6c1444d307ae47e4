import { formatDuration } from '../../base/duration.ts'
import { MILLISECOND } from '../../base/nanos.ts'
import { scheduledCount, WITHOUT_ERROR } from '../../ledger/fate.ts'
import { chanceOfAtLeast } from '../../ledger/hypergeometric.ts'
import { IDENTIFIED_SIZE } from '../../wire/probe.ts'
import { pacingFigures } from '../figures/pacing.ts'
import type { Rule } from './rule.ts'
import { probes } from './words.ts'

/** Significance level of the link between lateness and loss. */
const FALSE_ALARM = 0.01

/**
 * The sender was late, and the probes it sent late were lost or answered late more often than the others. Lateness that explains no loss is
 * only in `pacing`.
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
    message: `the sender did not keep its rate: ${missed} of ${probes(scheduled)} left more than one interval late, the latest by ${formatDuration(pacing.lateMaxMs * MILLISECOND)}, and ${missedAndLost} of these were lost or answered late, but only ${affected - missedAndLost} of the other ${scheduled - missed}`,
    hint: 'lower the rate or raise --interval: delayed probes leave in bursts, which overflow buffers on the path',
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
