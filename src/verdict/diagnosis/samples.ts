import { lossCount, replyCount, scheduledCount } from '../../ledger/fate.ts'
import { coldPath } from './path-mtu.ts'
import type { Rule } from './rule.ts'

/** Below so many probes a ratio of losses says little (the 95 % interval of 0 in 10 reaches to 28 %). */
const FEW_PROBES = 30

export const fewSamples: Rule = (facts, analysis, target) => {
  const { tally } = analysis
  const scheduled = scheduledCount(tally.total.fates)
  const lost = lossCount(tally.total.fates)
  // Where each size is lost as a whole or not at all, there is no rate to name.
  const partly = [...tally.sizes.values()].some(({ fates }) => lossCount(fates) > 0 && replyCount(fates) > 0)
  if (scheduled >= FEW_PROBES || !partly) return undefined
  // Losses by a cause that is known are no sample of a rate.
  const { refused, lostServerPolicy } = tally.total.fates
  if (lost === refused + lostServerPolicy || coldPath(facts, analysis, target) !== undefined) return undefined
  return {
    code: 'tooFewSamples',
    message: `${lost} of ${scheduled} lost is too little to name a loss rate: see the interval`,
    hint: 'raise --count',
    evidence: { lost, scheduled },
  }
}
