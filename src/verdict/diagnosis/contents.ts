import { scheduledCount } from '../../ledger/fate.ts'
import type { Rule } from './rule.ts'

export const textServer: Rule = (facts, { tally }) => {
  const { corrupt, intact } = tally.total.fates
  if (facts.plan.payload.kind !== 'binary' || corrupt === 0 || intact > corrupt) return undefined
  return {
    code: 'textDecodingServer',
    message:
      'the replies to binary payload are wrong: the server seems to decode datagrams as text and encode them again',
    hint: 'uppercase bytes, not characters (Python: bytes.upper(), not str.upper()); compare with --payload text',
    evidence: { corrupt, scheduled: scheduledCount(tally.total.fates) },
  }
}

export const mixedRules: Rule = (_, { tally }) => {
  if (tally.classifier.rule !== 'mixed') return undefined
  return {
    code: 'mixedReplies',
    message:
      'some replies came as they were sent, others in upper case: more than one kind of server seems to answer here',
    hint: 'look for a load balancer, or two servers on one port',
  }
}
