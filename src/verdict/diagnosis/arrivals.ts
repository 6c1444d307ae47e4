import type { Address } from '../../base/address.ts'
import { isLoopback } from '../../base/ip.ts'
import type { Tally } from '../../ledger/tally.ts'
import { losesFragmentsBack } from './fragments.ts'
import { coldPath } from './path-mtu.ts'
import type { Rule } from './rule.ts'
import { datagrams } from './words.ts'

/** What the counters of a whole host do not say. */
const WHOSE = 'the counter is the whole host’s, so it counts others’ traffic, too'

/** Losses that may have been dropped when they reached this host: replies, and probes where the server is on it. */
function lostHere({ total: { fates } }: Tally, target: Address): number {
  return fates.lostReturn + fates.lostUnknown + (isLoopback(target.address) ? fates.lostForward : 0)
}

/** Replies came here in part: not all of their fragments. */
export const incompleteReplies: Rule = (facts, analysis, target) => {
  const { reassemblyFailures: failed = 0, incomplete: waiting = 0 } = facts.host?.grown ?? {}
  if (failed + waiting === 0 || lostHere(analysis.tally, target) === 0) return undefined
  // Where the path drops all fragments on the way back, this is what is left of them, and that warning has it.
  if (losesFragmentsBack(facts, analysis, target)) return undefined
  // So does a path that was cold for the server's kernel: the small last fragment passes.
  if (coldPath(facts, analysis, target) !== undefined) return undefined
  return {
    code: 'incompleteReplies',
    message: `${datagrams(failed + waiting)} reached this host in part: fragments of them were lost, so its kernel cannot put them together (${failed} given up, ${waiting} still waiting)`,
    hint: `send what fits one packet, or find what drops fragments on the way here; ${WHOSE}`,
    evidence: { failed, waiting },
  }
}

/** What came damaged is dropped before any program sees it. */
export const badChecksums: Rule = ({ host }, { tally }, target) => {
  const count = host?.grown.badChecksums ?? 0
  const lost = lostHere(tally, target)
  if (count === 0 || lost === 0) return undefined
  return {
    code: 'badChecksums',
    message: `${datagrams(count)} reached this host with a wrong UDP checksum, and its kernel dropped them: bytes are changed on the way here. Up to ${Math.min(count, lost)} of the losses may be among them`,
    hint: `look for a bad cable, a bad memory or a faulty offload (to try: ethtool -K DEVICE rx off tx off); ${WHOSE}`,
    evidence: { count, lost: Math.min(count, lost) },
  }
}
