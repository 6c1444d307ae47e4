import { scheduledCount } from '../../ledger/fate.ts'
import { sendFailures } from '../../ledger/send-failures.ts'
import type { Rule } from './rule.ts'
import { serverCapped } from './server-cap.ts'
import { probes } from './words.ts'

/** The server received them and withheld the replies by its own rules. A cap has a separate warning. */
export const repliesWithheld: Rule = (facts, analysis, target) => {
  if (serverCapped(facts, analysis, target) !== undefined) return undefined
  const { tally } = analysis
  const { fates } = tally.total
  // Replies that its kernel refused to send have a separate warning.
  const count = fates.lostServerPolicy - sendFailures(facts, tally)
  if (count === 0) return undefined
  return {
    code: 'repliesWithheld',
    message: `the server received ${count} of ${probes(scheduledCount(fates))} and withheld the replies by its own rules: the network did not lose them`,
    hint: 'see `dropped` in the summary of the server for the reasons: discard mode, a source port that is never answered, an address that its host cannot reach, or a rate cap (--max-rate, --max-rate-per-source) that other clients used up',
    evidence: { count },
  }
}
