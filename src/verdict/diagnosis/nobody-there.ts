import { formatAddress } from '../../base/address.ts'
import { counted } from '../../base/counted.ts'
import { errnoName } from '../../base/errno.ts'
import { replyCount, scheduledCount } from '../../ledger/fate.ts'
import { icmpSender } from './icmp-sender.ts'
import { onlyFragmentsInSilence } from './fragments.ts'
import type { Rule } from './rule.ts'

export const wrongReplyAddress: Rule = (facts, _, target) => {
  const from = facts.wrongReplyAddress
  if (from === undefined || (from.address === target.address && from.port === target.port)) return undefined
  return {
    code: 'wrongReplyAddress',
    message: `the server answers from ${formatAddress(from)}, not from ${formatAddress(target)}: a connected client never sees such a reply`,
    hint: 'bind the server to the address that is called, or have it answer from there (IP_PKTINFO)',
    evidence: { from: formatAddress(from), called: formatAddress(target) },
  }
}

/** The host that was called says that the port is closed. Who else says so cannot know it. */
export const nobodyThere: Rule = (facts, { tally }, target) => {
  const { unreachable } = tally.total.fates
  if (unreachable === 0 || replyCount(tally.total.fates) > 0) return undefined
  if (facts.icmp.some(({ errno }) => errnoName(errno) !== 'ECONNREFUSED')) return undefined
  const senders = new Set(facts.icmp.map(error => icmpSender(error, target)))
  if (senders.has('between') || senders.has('here')) return undefined
  const address = formatAddress(target)
  return {
    code: 'nobodyThere',
    message: senders.has('unknown')
      ? `nothing listens on ${address}, or a firewall rejects it: ICMP "port unreachable" came back, and this engine cannot see who sent it`
      : `nothing listens on ${address}: that host itself answers with ICMP "port unreachable"`,
    hint: `start a server there (udptool serve --port ${target.port}), or check the address and the port`,
    evidence: { unreachable, kinds: facts.icmp.length },
  }
}

export const noEcho: Rule = (_, { tally }, target) => {
  const { fates, unidentified } = tally.total
  if (unidentified === 0 || replyCount(fates) > 0) return undefined
  return {
    code: 'noEcho',
    message: `${formatAddress(target)} answers, but with nothing that was sent: ${counted(unidentified, 'datagram')} came, and no reply to a probe`,
    hint: 'probes need a server that echoes; for one with an answer of its own send a message (udptool send hello), and see what it says',
    evidence: { unidentified },
  }
}

export const silence: Rule = (facts, { tally }, target) => {
  const { total } = tally
  if (scheduledCount(total.fates) === 0 || total.fates.lostUnknown < scheduledCount(total.fates)) return undefined
  if (onlyFragmentsInSilence(facts, tally, target)) return undefined
  if (total.unidentified + total.foreign > 0 || facts.wrongReplyAddress !== undefined) return undefined
  return {
    code: 'silence',
    message: `${formatAddress(target)} did not answer at all, and no ICMP error says why`,
    hint: `a firewall that drops in silence, a server that hangs, or no host there: look for the datagrams on the server (tcpdump -n udp port ${target.port})`,
  }
}
