import type { Address } from '../../base/address.ts'
import { isLoopback } from '../../base/ip.ts'
import type { Tally } from '../../ledger/tally.ts'
import { losesFragmentsBack } from './fragments.ts'
import { coldPath } from './path-mtu.ts'
import type { Rule } from './rule.ts'
import { datagrams } from './words.ts'

/** The counters are those of the whole host. */
const WHOSE = 'the counter covers the whole host, so it includes other traffic'

/** Losses that this host may have dropped on arrival: replies, and probes if the server runs on this host. */
function lostHere({ total: { fates } }: Tally, target: Address): number {
  return fates.lostReturn + fates.lostUnknown + (isLoopback(target.address) ? fates.lostForward : 0)
}

/** Replies arrived without some of their fragments. */
export const incompleteReplies: Rule = (facts, analysis, target) => {
  const { reassemblyFailures: failed = 0, incomplete: waiting = 0 } = facts.host?.grown ?? {}
  if (failed + waiting === 0 || lostHere(analysis.tally, target) === 0) return undefined
  // If the return path drops all fragments, another warning reports it; these are their remains.
  if (losesFragmentsBack(facts, analysis, target)) return undefined
  // A path that is cold for the server's kernel has the same effect: the small last fragment passes.
  if (coldPath(facts, analysis, target) !== undefined) return undefined
  return {
    code: 'incompleteReplies',
    message: `${datagrams(failed + waiting)} arrived incomplete at this host: some of their fragments were lost, so its kernel cannot reassemble them (${failed} given up, ${waiting} still waiting)`,
    hint: `send datagrams that fit one packet, or find what drops fragments on the return path; ${WHOSE}`,
    evidence: { failed, waiting },
  }
}

/** The kernel drops datagrams with a wrong checksum before a program sees them. */
export const badChecksums: Rule = ({ host }, { tally }, target) => {
  const count = host?.grown.badChecksums ?? 0
  const lost = lostHere(tally, target)
  if (count === 0 || lost === 0) return undefined
  return {
    code: 'badChecksums',
    message: `${datagrams(count)} arrived at this host with a wrong UDP checksum, and its kernel dropped them: something on the path changes bytes. Up to ${Math.min(count, lost)} of the losses may be among them`,
    hint: `look for a bad cable, bad memory or a faulty offload (try ethtool -K DEVICE rx off tx off); ${WHOSE}`,
    evidence: { count, lost: Math.min(count, lost) },
  }
}
