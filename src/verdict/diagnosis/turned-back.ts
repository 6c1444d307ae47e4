import { formatAddress, type Address } from '../../base/address.ts'
import { errnoName } from '../../base/errno.ts'
import { isLoopback } from '../../base/ip.ts'
import type { IcmpError } from '../../facts/icmp.ts'
import { replyCount } from '../../ledger/fate.ts'
import type { Rule } from './rule.ts'
import { probes } from './words.ts'

/** Hosts and routers send so few ICMP errors that the rest of a dead run goes unanswered. */
export const icmpRateLimited: Rule = (_, { tally }, target) => {
  const { unreachable, lostUnknown } = tally.total.fates
  if (unreachable === 0 || lostUnknown === 0 || replyCount(tally.total.fates) > 0 || isLoopback(target.address))
    return undefined
  return {
    code: 'icmpRateLimited',
    message: `ICMP errors came back for ${probes(unreachable)}, and nothing for the other ${lostUnknown}: hosts and routers ration such errors, so those most likely met the same`,
    hint: 'send slower (--interval 1s) to see an error for each',
    evidence: { unreachable, lostUnknown },
  }
}

/** Codes of "destination unreachable" by which a filter says so (RFC 1812 section 5.2.7.1; RFC 4443 section 3.1). */
const PROHIBITED = { udp4: [9, 10, 13], udp6: [1, 5, 6] } as const
/** "Time exceeded" (RFC 792; RFC 4443 section 3.3). */
const TIME_EXCEEDED = { udp4: 11, udp6: 3 } as const

/** A router turned probes back for another reason than their size. */
export const turnedBack: Rule = (facts, { tally }, target) => {
  const [number, count] = [...tally.icmp].toSorted(([, a], [, b]) => b - a)[0] ?? []
  const error = number === undefined ? undefined : facts.icmp[number]
  if (error === undefined || count === undefined) return undefined
  const name = errnoName(error.errno)
  if (name === 'ECONNREFUSED' || name === 'EMSGSIZE') return undefined
  const [what, hint] = explain(error, target)
  const { reporter } = error
  return {
    code: 'turnedBack',
    message: `${reporter ?? 'a router'} turned ${probes(count)} back: ${what}`,
    hint,
    evidence: { count, error: name, ...(reporter === undefined ? {} : { reporter }) },
  }
}

function explain({ type, code = 0 }: IcmpError, target: Address): readonly [what: string, hint: string] {
  const { family, address } = target
  if (type === TIME_EXCEEDED[family]) {
    return code === 1
      ? ['fragments of them did not arrive in time', 'send less than the MTU, and see whether that passes']
      : ['they were out of hops', `raise --ttl, or look for a routing loop (traceroute ${address})`]
  }
  if (PROHIBITED[family].some(one => one === code))
    return ['a firewall there forbids it', `have it let UDP to ${formatAddress(target)} pass`]
  return [`it has no way to ${address}`, `check the address, and the routes on the way (ip route get ${address})`]
}
