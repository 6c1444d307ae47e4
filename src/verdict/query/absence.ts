import { formatAddress } from '../../base/address.ts'
import { counted } from '../../base/counted.ts'
import type { QueryFacts } from '../../facts/query.ts'
import { icmpName } from '../icmp-name.ts'

/** Whether nothing came, and if that is not so or not proved, why. */
export interface Absence {
  /** Undefined: not proved. */
  readonly holds?: boolean
  readonly reason?: string
}

/** Whether no datagram came, from anyone. An ICMP error is none. */
export function noReply(facts: QueryFacts): Absence {
  const came = whatCame(facts)
  if (came !== undefined) return { holds: false, reason: came }
  const gap = whyNothingIsProved(facts)
  if (gap !== undefined) return { reason: gap }
  if (facts.foreign === undefined) return { reason: 'datagrams from other addresses cannot be observed here' }
  return { holds: true }
}

/** Whether neither a datagram nor an ICMP error came. */
export function silence(facts: QueryFacts): Absence {
  const reply = noReply(facts)
  if (reply.holds === false) return reply
  const failed = facts.requests.find(({ fate, error }) => fate !== 'refused' && error !== undefined)
  if (failed?.error !== undefined) {
    const name = icmpName({ error: failed.error, count: 1 }, failed.target)
    return { holds: false, reason: `an ICMP error came back for ${formatAddress(failed.target)}: ${name}` }
  }
  if (facts.requests.some(({ fate }) => fate === 'unreachable'))
    return { holds: false, reason: 'an ICMP error came back' }
  return reply
}

/** Why the absence of answers proves nothing: requests that did not leave this host, or were not waited for. */
export function whyNothingIsProved({ requests, interrupted }: QueryFacts): string | undefined {
  const refused = requests.filter(({ fate }) => fate === 'refused').length
  if (refused > 0) return `our own kernel refused to send ${refused} of ${counted(requests.length, 'request')}`
  if (interrupted || requests.some(({ fate }) => fate === 'unfinished')) return 'the run was interrupted'
  return requests.length === 0 ? 'no request was sent' : undefined
}

function whatCame(facts: QueryFacts): string | undefined {
  const { requests, duplicates, unmatched, malformed, foreign = 0, foreignSources, answerSizes = [] } = facts
  const answered = requests.find(({ fate }) => fate === 'answered' || fate === 'askedAgain')
  if (answered !== undefined) return `an answer came from ${formatAddress(answered.target)}`
  const late = requests.find(({ fate, reply }) => fate === 'late' || reply !== undefined)
  if (late !== undefined) return `an answer came late from ${formatAddress(late.target)}`
  const sized = answerSizes.find(({ fate }) => fate === 'answered' || fate === 'askedAgain' || fate === 'late')
  if (sized !== undefined) return `an answer came to a request with an EDNS size of ${sized.bufsize}`
  const others = duplicates + unmatched + malformed
  if (others > 0) {
    const target = requests.at(-1)?.target
    return `${counted(others, 'datagram')} came${target === undefined ? '' : ` from ${formatAddress(target)}`}, and no answer`
  }
  const [source] = foreignSources
  const strangers = Math.max(foreign, source?.count ?? 0)
  if (strangers === 0) return undefined
  return `${counted(strangers, 'datagram')} came from other addresses${source === undefined ? '' : ` (${formatAddress(source)})`}`
}
