import { lossCount } from '../../ledger/fate.ts'
import { losesFragmentsBack } from './fragments.ts'
import type { Rule } from './rule.ts'
import { datagrams } from './words.ts'

/** What the counters of a whole host cannot tell. */
const WHOSE = 'the counter is the whole host’s, so others’ traffic counts, too'

/** Replies came here in part: not all of their fragments. */
export const incompleteReplies: Rule = (facts, analysis, target) => {
  const { reassemblyFailures: failed = 0, incomplete: waiting = 0 } = facts.host?.grown ?? {}
  if (failed + waiting === 0 || lossCount(analysis.tally.total.fates) === 0) return undefined
  // Where the path drops all fragments on the way back, this is what is left of them, and that warning has it.
  if (losesFragmentsBack(facts, analysis, target)) return undefined
  return {
    code: 'incompleteReplies',
    message: `${datagrams(failed + waiting)} reached this host in part: fragments of them were lost, so its kernel cannot put them together (${failed} given up, ${waiting} still waiting)`,
    hint: `send what fits one packet, or find what drops fragments on the way here; ${WHOSE}`,
    evidence: { failed, waiting },
  }
}

/** What came damaged is thrown away before any program sees it. */
export const badChecksums: Rule = ({ host }, { tally }) => {
  const count = host?.grown.badChecksums ?? 0
  if (count === 0 || lossCount(tally.total.fates) === 0) return undefined
  return {
    code: 'badChecksums',
    message: `${datagrams(count)} reached this host with a wrong UDP checksum, and its kernel threw them away: bytes are changed on the way here`,
    hint: `look for a bad cable, a bad memory or an offload that goes wrong (ethtool -K DEVICE rx off tx off, to try); ${WHOSE}`,
    evidence: { count },
  }
}
