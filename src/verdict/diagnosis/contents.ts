import { scheduledCount } from '../../ledger/fate.ts'
import type { Rule } from './rule.ts'
import { textDecoder } from './text-decoder.ts'
import { probes } from './words.ts'

/** The damage matches what decoding as text does, not bit errors. */
export const textServer: Rule = (facts, { tally }) => {
  const { corrupt } = tally.total.fates
  // Its payload begins elsewhere in a packet of another protocol, whose servers do not decode it.
  if (facts.plan.protocol !== undefined) return undefined
  const decoder = corrupt === 0 ? undefined : textDecoder(facts)
  if (decoder === undefined) return undefined
  return {
    code: 'textDecodingServer',
    message: `${corrupt} of ${probes(scheduledCount(tally.total.fates))} with ${facts.plan.payload.kind} payload came back wrong, each first at the byte that decoding as ${decoder} and encoding again changes: the server treats datagrams as text`,
    hint: 'uppercase bytes, not characters (Python: bytes.upper(), not str.upper()); compare with --payload text',
    evidence: { corrupt, scheduled: scheduledCount(tally.total.fates), decoder },
  }
}

export const mixedRules: Rule = ({ plan }, { tally }) => {
  if (plan.protocol !== undefined || tally.classifier.rule !== 'mixed') return undefined
  return {
    code: 'mixedReplies',
    message: 'some replies are verbatim, others in upper case: more than one kind of server seems to answer',
    hint: 'look for a load balancer, or two servers on one port',
  }
}
