import { formatAddress, type Address } from '../../base/address.ts'
import { isLoopback } from '../../base/ip.ts'
import { counted } from '../../base/counted.ts'
import { errnoName } from '../../base/errno.ts'
import { isServicePort } from '../../base/service-ports.ts'
import { replyCount, scheduledCount } from '../../ledger/fate.ts'
import { answererOf, checkSize, senderCommand, serverCommand } from './commands.ts'
import { icmpSender } from './icmp-sender.ts'
import { fragmentsLost, onlyFragmentsInSilence } from './fragments.ts'
import { blackHole } from './path-mtu.ts'
import { suspectErrors } from '../../facts/ignored-icmp.ts'
import { receiveErrorCount } from '../../facts/receive-errors.ts'
import type { ProbePlan } from '../../facts/plan.ts'
import type { Rule } from './rule.ts'
import { probes } from './words.ts'

export const wrongReplyAddress: Rule = (facts, analysis, target) => {
  const from = facts.wrongReplyAddress
  if (from === undefined) return wrongReplyAddresses(facts, analysis, target)
  if (from.address === target.address && from.port === target.port) return undefined
  return {
    code: 'wrongReplyAddress',
    message: `the server answers from ${formatAddress(from)}, not from ${formatAddress(target)}: a connected client never receives such a reply`,
    hint: 'bind the server to the address that clients use, or answer from that address (IP_PKTINFO)',
    evidence: { from: formatAddress(from), called: formatAddress(target) },
  }
}

/** Some replies come from another address. */
function wrongReplyAddresses(...[facts, { tally }, target]: Parameters<Rule>): ReturnType<Rule> {
  const { asked, from } = facts.replyAddresses ?? { asked: 0, from: [] }
  const others = from.filter(({ address, port }) => address !== target.address || port !== target.port)
  const [other] = others
  if (other === undefined) return undefined
  const { lostReturn, lostUnknown } = tally.total.fates
  const count = others.reduce((sum, one) => sum + one.count, 0)
  return {
    code: 'wrongReplyAddress',
    message: `some replies come from ${formatAddress(other)}, not from ${formatAddress(target)}: an unconnected socket got ${count} of ${asked} answers from other addresses. A connected client never receives such replies: they are some or all of the ${lostReturn + lostUnknown} that are missing`,
    hint: 'bind the server to the address that clients use, or answer from that address (IP_PKTINFO); behind a load balancer or a NAT, all servers must answer through it',
    evidence: { from: formatAddress(other), called: formatAddress(target), count, asked },
  }
}

/** The target host itself reports a closed port. No other host can know that. */
export const nobodyThere: Rule = (facts, { tally }, target) => {
  const { unreachable } = tally.total.fates
  if (unreachable === 0 || replyCount(tally.total.fates) > 0) return undefined
  if (facts.icmp.some(({ errno }) => errnoName(errno) !== 'ECONNREFUSED')) return undefined
  const senders = new Set(facts.icmp.map(error => icmpSender(error, target)))
  if (senders.has('between') || senders.has('here')) return undefined
  const address = formatAddress(target)
  const protocol = facts.plan.protocol?.name
  return {
    code: 'nobodyThere',
    message: senders.has('unknown')
      ? `nothing listens on ${address}, or a firewall rejects it: ICMP "port unreachable" came back, and this engine cannot see who sent it`
      : isLoopback(target.address)
        ? `nothing listens on ${address}: that host itself answers with ICMP "port unreachable"`
        : `nothing listens on ${address}, or a firewall of that host rejects it: that host itself answers with ICMP "port unreachable"`,
    hint: `start ${answererOf(protocol)} there (${serverCommand(protocol, target)}), or check the address and the port${isLoopback(target.address) ? '' : ', and the firewall there'}`,
    evidence: { unreachable, kinds: facts.icmp.length },
  }
}

export const noEcho: Rule = ({ plan }, { tally }, target) => {
  // Datagrams of another protocol are foreign or forged (`reflector.ts`, `forged.ts`).
  if (plan.protocol !== undefined) return undefined
  const { fates, unidentified } = tally.total
  if (unidentified === 0 || replyCount(fates) > 0) return undefined
  return {
    code: 'noEcho',
    message: `${formatAddress(target)} answers, but does not echo: ${counted(unidentified, 'datagram')} came, and none is a reply to a probe`,
    hint: 'probes need an echo server; to see what another server answers, send a message (udptool send hello)',
    evidence: { unidentified },
  }
}

export const silence: Rule = (facts, analysis, target) => {
  const { tally } = analysis
  const { total } = tally
  if (scheduledCount(total.fates) === 0 || total.fates.lostUnknown < scheduledCount(total.fates)) return undefined
  if (onlyFragmentsInSilence(facts, tally, target)) return undefined
  // Replies may have arrived and not been read, so the server is not silent.
  if (receiveErrorCount(facts.receiveErrors) > 0) return undefined
  const strangers = total.unidentified + total.foreign + (facts.stamp?.forged ?? 0) + (facts.irtt?.forged ?? 0)
  if (strangers > 0 || facts.wrongReplyAddress !== undefined) return undefined
  if (facts.irtt?.opened === true) return silentSession(facts, analysis, target)
  return {
    code: 'silence',
    message: `${formatAddress(target)} did not answer at all, and no ${suspectErrors(facts.icmpIgnored) > 0 ? 'credible ' : ''}ICMP error gives a reason`,
    hint: `a firewall that drops silently, a server that hangs,${refusedInSilence(facts.plan)} or no host at that address: check on the server whether datagrams arrive (tcpdump -n udp port ${target.port})`,
  }
}

/** A server of irtt opened the session and answered no probe. */
function silentSession(...[facts, analysis, target]: Parameters<Rule>): ReturnType<Rule> {
  // Fragments that are lost explain it.
  if (fragmentsLost(facts, analysis, target) !== undefined) return undefined
  return {
    code: 'silence',
    message: `${formatAddress(target)} opened the session and answered no probe`,
    hint: 'the path or the server drops probes of this size or rate: try --size 76 and a longer --interval, and check on the server whether datagrams arrive',
  }
}

/** Causes of silence that only servers of another protocol have: they never answer what they refuse. */
function refusedInSilence({ protocol }: ProbePlan): string {
  if (protocol?.name === 'irtt') return protocol.isAuthenticated ? ' another key,' : ' a server that wants a key,'
  if (protocol?.name !== 'stamp') return ''
  const key = protocol.isAuthenticated ? ' a reflector with another key,' : ' a reflector that wants a key (--auth),'
  return `${key} one that answers only sessions or sources that were configured,`
}

/** Added if a guard of udptool itself explains the silence for this source port (docs/security.md). */
function guarded(port: number, target: Address): string {
  return isServicePort(port) || port === target.port ? ', and a udptool server never answers that port' : ''
}

/** No probe was answered, but a small one from another port was. The differences between them are the possible causes. */
export const onlyStrayAnswered: Rule = (facts, analysis, target) => {
  const { tally } = analysis
  const { total } = tally
  const stray = facts.wrongReplyAddress
  if (stray?.address !== target.address || stray.port !== target.port) return undefined
  const scheduled = scheduledCount(total.fates)
  if (
    replyCount(total.fates) > 0 ||
    total.fates.lostUnknown + total.fates.lostReturn + total.fates.lostForward < scheduled
  )
    return undefined
  // The size alone explains it.
  if ((fragmentsLost(facts, analysis, target) ?? blackHole(facts, analysis, target)) !== undefined) return undefined
  const sizes = [...tally.sizes.keys()]
  const protocol = facts.plan.protocol?.name
  const smallest = checkSize(facts.plan)
  const { tos, ttl, df } = facts.sockets ?? {}
  const port = facts.clients[0]?.port
  const differences = [
    `its source port${port === undefined || facts.clients.length > 1 ? '' : ` (theirs was ${port}${guarded(port, target)})`}`,
    ...(sizes.some(size => size > smallest)
      ? [`its size (theirs ${sizes.length === 1 ? `${sizes[0] ?? 0} bytes` : 'was larger'})`]
      : []),
    ...(tos === undefined ? [] : ['its TOS byte']),
    ...(ttl === undefined ? [] : [`its TTL (theirs ${ttl})`]),
    ...(df === undefined ? [] : ['the DF bit']),
  ]
  return {
    code: 'onlyStrayAnswered',
    message: `none of ${probes(scheduled)} got a reply, but one of ${smallest} bytes that was sent after them did: the server is there. It differs from them in ${differences.join(', ')}`,
    hint: `change one of these at a time: ${senderCommand(protocol, target)} --size ${smallest}, another --bind port; a firewall, a NAT or a load balancer may treat one flow differently, and a server may ignore unexpected datagrams`,
    evidence: { scheduled, ...(port === undefined ? {} : { port }) },
  }
}
