import { lossCount, replyCount, scheduledCount } from '../../ledger/fate.ts'
import { coldPath } from './path-mtu.ts'
import type { Rule } from './rule.ts'

/** Below this number of probes a loss ratio means little (the 95 % confidence interval of 0 in 10 extends to 28 %). */
const FEW_PROBES = 30

export const fewSamples: Rule = (facts, analysis, target) => {
  const { tally } = analysis
  const scheduled = scheduledCount(tally.total.fates)
  const lost = lossCount(tally.total.fates)
  // If each size is lost completely or not at all, there is no rate to estimate.
  const partly = [...tally.sizes.values()].some(({ fates }) => lossCount(fates) > 0 && replyCount(fates) > 0)
  if (scheduled >= FEW_PROBES || !partly) return undefined
  // Losses with a known cause are no sample of a rate.
  const { refused, lostServerPolicy } = tally.total.fates
  if (lost === refused + lostServerPolicy || coldPath(facts, analysis, target) !== undefined) return undefined
  return {
    code: 'tooFewSamples',
    message: `${lost} of ${scheduled} lost: too few samples for a loss rate, see the confidence interval`,
    hint: 'raise --count',
    evidence: { lost, scheduled },
  }
}
