import { formatAddress, type Address } from '../../base/address.ts'
import { errnoName } from '../../base/errno.ts'
import { isLoopback } from '../../base/ip.ts'
import type { IcmpError } from '../../facts/icmp.ts'
import type { RunFacts } from '../../facts/run.ts'
import { replyCount } from '../../ledger/fate.ts'
import type { Tally } from '../../ledger/tally.ts'
import type { ResultWarning } from '../result.ts'
import { icmpSender, senderOf, type IcmpSender } from './icmp-sender.ts'
import type { Rule } from './rule.ts'
import { probes } from './words.ts'

/** Hosts and routers limit the rate of ICMP errors, so most probes of a dead run get none. */
export const icmpRateLimited: Rule = (facts, { tally }, target) => {
  const { unreachable, lostUnknown } = tally.total.fates
  if (unreachable === 0 || lostUnknown === 0 || replyCount(tally.total.fates) > 0 || isLoopback(target.address))
    return undefined
  const errors = [...tally.icmp.keys()].flatMap(number => facts.icmp[number] ?? [])
  // After the first "too big" our kernel sends fragments, which may be lost for another reason. Errors of our own kernel have no rate limit.
  const alike = errors.every(
    error => error.here !== true && (errnoName(error.errno) !== 'EMSGSIZE' || facts.sockets?.df !== undefined),
  )
  if (!alike) return undefined
  return {
    code: 'icmpRateLimited',
    message: `ICMP errors came back for ${probes(unreachable)}, and nothing for the other ${lostUnknown}: hosts and routers limit the rate of such errors, so the cause is most likely the same`,
    hint: 'send slower (--interval 1s) to see an error for each',
    evidence: { unreachable, lostUnknown },
  }
}

/** Codes of "destination unreachable" that mean a filter (RFC 1812 section 5.2.7.1; RFC 4443 section 3.1). */
const PROHIBITED = { udp4: [9, 10, 13], udp6: [1, 5, 6] } as const
/** "Destination unreachable" (RFC 792; RFC 4443 section 3.1), and its code for a host that the last router cannot find on its link. */
const UNREACHABLE = { udp4: 3, udp6: 1 } as const
const NO_HOST = { udp4: 1, udp6: 3 } as const
/** Protocol unreachable (RFC 792). IPv6 has another error for it, which firewalls do not send. */
const NO_PROTOCOL = 2
/** "Time exceeded" (RFC 792; RFC 4443 section 3.3). */
const TIME_EXCEEDED = { udp4: 11, udp6: 3 } as const

interface MostFrequent {
  readonly error: IcmpError
  readonly count: number
  readonly name: string
}

/** The most frequent error, unless it is about size. */
function mostFrequent(facts: RunFacts, tally: Tally): MostFrequent | undefined {
  const [number, count] = [...tally.icmp].toSorted(([, a], [, b]) => b - a)[0] ?? []
  const error = number === undefined ? undefined : facts.icmp[number]
  if (error === undefined || count === undefined) return undefined
  const name = errnoName(error.errno)
  return name === 'EMSGSIZE' ? undefined : { error, count, name }
}

function evidenceOf({ error: { reporter }, count, name }: MostFrequent): NonNullable<ResultWarning['evidence']> {
  return { count, error: name, ...(reporter === undefined ? {} : { reporter }) }
}

/** A device other than the target host rejected probes, and not for their size; or the target host did, and not for a closed port. */
export const turnedBack: Rule = (facts, { tally }, target) => {
  const most = mostFrequent(facts, tally)
  if (most === undefined) return undefined
  const { error, count, name } = most
  const sender = icmpSender(error, target)
  if (sender === 'here' || (name === 'ECONNREFUSED' && sender !== 'between')) return undefined
  const [what, hint] = explain(error, name, target, sender)
  return {
    code: 'turnedBack',
    message: `${sender === 'target' ? `the target ${senderOf(error)} itself` : senderOf(error)} rejected ${probes(count)}: ${what}`,
    hint,
    evidence: evidenceOf(most),
  }
}

/** Our own kernel gave up on probes that it had accepted: no neighbor answers, or a filter of this host rejects them. */
export const turnedBackHere: Rule = (facts, { tally }, target) => {
  const most = mostFrequent(facts, tally)
  if (most === undefined || icmpSender(most.error, target) !== 'here') return undefined
  const { error, count } = most
  const { family, address } = target
  if (error.type === UNREACHABLE[family] && error.code === NO_HOST[family]) {
    const protocol = family === 'udp4' ? 'ARP' : 'neighbor discovery'
    return {
      code: 'noNeighbor',
      message: `our own kernel gave up on ${probes(count)}: no host on the link answers its ${protocol} requests for ${address}, or for the gateway to it`,
      hint: `check the address, and that the host or the gateway is up (ip route get ${address}; ip neigh)`,
      evidence: evidenceOf(most),
    }
  }
  return {
    code: 'rejectedHere',
    message: `our own kernel rejected ${probes(count)} with an ICMP error: a firewall or a route of this host rejects them`,
    hint: `look at its own firewall (nft list ruleset) and routes (ip route get ${address})`,
    evidence: evidenceOf(most),
  }
}

function explain(
  { type, code = 0 }: IcmpError,
  name: string,
  target: Address,
  sender: IcmpSender,
): readonly [what: string, hint: string] {
  const { family, address } = target
  const to = formatAddress(target)
  if (type === TIME_EXCEEDED[family]) {
    return code === 1
      ? ['fragments of them did not arrive in time', 'send less than the MTU and check whether that passes']
      : ['their TTL was used up', `raise --ttl, or look for a routing loop (traceroute ${address})`]
  }
  if (name === 'ECONNREFUSED') {
    return [
      `"port unreachable" from an address that is not the target: a firewall or NAT there rejects them, and whether anything listens on ${to} is not known`,
      `allow UDP to ${to} there, or forward that port`,
    ]
  }
  if (PROHIBITED[family].some(one => one === code)) return ['a firewall there forbids it', `allow UDP to ${to} there`]
  if (family === 'udp4' && code === NO_PROTOCOL) {
    return [
      '"protocol unreachable", which hosts with UDP do not send: a firewall there rejects them',
      `allow UDP to ${to} there`,
    ]
  }
  // Firewalls send these errors too (nft and iptables: reject with …), and the error does not name its cause.
  const isHost = code === NO_HOST[family]
  const error = `"${isHost ? 'host' : 'network'} unreachable"`
  if (sender === 'target') {
    return [
      `${error}: a firewall of that host rejects them, or it forwards them to a host that it cannot reach`,
      `look at its firewall and its port forwarding for UDP to ${to}`,
    ]
  }
  return isHost
    ? [
        `${error}: it cannot find ${address} on its link, or a route or a firewall there rejects them`,
        'check the address, that the host is up, and the firewall there',
      ]
    : [
        `${error}: it has no route to ${address}, or a firewall there rejects them`,
        `check the address, the routes on the path (ip route get ${address}), and the firewall there`,
      ]
}
