import { lossCount, replyCount, scheduledCount } from '../../ledger/fate.ts'
import type { Rule } from './rule.ts'

/** Below so many probes a ratio of losses says little (the 95 % interval of 0 in 10 reaches to 28 %). */
const FEW_PROBES = 30

export const fewSamples: Rule = (_, { tally }) => {
  const scheduled = scheduledCount(tally.total.fates)
  const lost = lossCount(tally.total.fates)
  if (scheduled >= FEW_PROBES || lost === 0 || replyCount(tally.total.fates) === 0) return undefined
  return {
    code: 'tooFewSamples',
    message: `${lost} of ${scheduled} lost is too little to name a loss rate: see the interval`,
    hint: 'raise --count',
    evidence: { lost, scheduled },
  }
}
