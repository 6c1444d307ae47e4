import { counted } from '../../base/counted.ts'
import { IMPLAUSIBLE_FIELDS, type ImplausibleField } from '../../facts/implausible.ts'
import { implausibleOf } from '../figures/evidence-figures.ts'
import type { Rule } from './rule.ts'
import { exceededMemory } from './server-memory.ts'

/** What is wrong with a field of the server's evidence. */
const WHAT: Readonly<Record<ImplausibleField, string>> = {
  received: 'a count of received probes that fell or exceeds the number sent',
  seen: 'a request longer in the program than in the kernel, or shorter than the reply',
  fragment: 'a fragment larger than the packet, or smaller than its headers',
  ttl: 'a TTL of 0',
  drops: 'a drop counter that fell',
  arrival: 'a time of arrival in 1970',
  dwell: 'a server dwell time longer than the round trip',
}

/** Evidence that cannot be true, although the slot's check is right. */
export const implausibleEvidence: Rule = (facts, analysis) => {
  const counts = implausibleOf(facts, analysis)
  // A server that evicted a run starts its count again.
  const limit = exceededMemory(facts)
  const found = IMPLAUSIBLE_FIELDS.flatMap(field => {
    const count = field === 'received' && limit !== undefined ? undefined : counts[field]
    return count === undefined ? [] : [`${WHAT[field]} (${counted(count, 'reply', 'replies')})`]
  })
  if (found.length === 0) return undefined
  return {
    code: 'implausibleEvidence',
    message: `the server's evidence cannot be true and was not used: ${found.join('; ')}`,
    hint: 'check the server: its clock or program is wrong, it was restarted, or several servers answer',
    evidence: { ...counts },
  }
}
