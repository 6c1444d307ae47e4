import { counted } from '../../base/counted.ts'
import { IMPLAUSIBLE_FIELDS, type ImplausibleField } from '../../facts/implausible.ts'
import { implausibleOf } from '../figures/evidence-figures.ts'
import type { Rule } from './rule.ts'
import { exceededMemory } from './server-memory.ts'

/** What is wrong with a field of the server's evidence. */
const WHAT: Readonly<Record<ImplausibleField, string>> = {
  received: 'a count of received probes that fell, or is larger than what was sent',
  seen: 'a request longer in the program than in the kernel, or shorter than the reply',
  fragment: 'a fragment larger than the packet, or smaller than its headers',
  ttl: 'a TTL of 0',
  drops: 'a drop counter that fell',
  arrival: 'a time of arrival in 1970',
  dwell: 'a dwell longer than the round trip',
}

/** Evidence that cannot be true, whatever the slot's check proves. */
export const implausibleEvidence: Rule = (facts, analysis) => {
  const counts = implausibleOf(facts, analysis)
  // A server that had to forget a run counts its probes from the beginning again.
  const limit = exceededMemory(facts)
  const found = IMPLAUSIBLE_FIELDS.flatMap(field => {
    const count = field === 'received' && limit !== undefined ? undefined : counts[field]
    return count === undefined ? [] : [`${WHAT[field]} (${counted(count, 'reply', 'replies')})`]
  })
  if (found.length === 0) return undefined
  return {
    code: 'implausibleEvidence',
    message: `the server's evidence cannot be true and was not used: ${found.join('; ')}`,
    hint: 'check the server: its clock or its program is wrong, it was restarted, or several servers answer',
    evidence: { ...counts },
  }
}
