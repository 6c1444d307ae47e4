import { greatest } from '../../base/extremes.ts'
import { errnoName } from '../../base/errno.ts'
import { largestWhole } from '../../base/fragments.ts'
import type { Tally } from '../../ledger/tally.ts'
import { LARGEST_PAYLOAD } from '../../base/sizes.ts'
import type { Rule } from './rule.ts'
import { probes } from './words.ts'

function refusedWith({ refusals }: Tally, ...errors: readonly string[]): number {
  let count = 0
  for (const [errno, times] of refusals) if (errors.includes(errnoName(errno))) count += times
  return count
}

/** Datagrams too large for UDP, or with DF for our own interface. */
export const tooBigToSend: Rule = (facts, { tally }, { family }) => {
  const count = refusedWith(tally, 'EMSGSIZE')
  const largest = greatest(facts.plan.sizes)
  const { df } = facts.sockets ?? {}
  if (count === 0 || (df === undefined && largest <= LARGEST_PAYLOAD[family])) return undefined
  const mtu = facts.host?.mtu
  const overall = largest > LARGEST_PAYLOAD[family]
  const why = overall
    ? `UDP over ${family === 'udp4' ? 'IPv4' : 'IPv6'} carries at most ${LARGEST_PAYLOAD[family]} bytes`
    : `with --df=${df ?? 'do'} datagrams must fit ${df === 'probe' ? 'the MTU of the interface' : 'the known path MTU'}${mtu === undefined ? '' : ` (interface: MTU ${mtu}, ${largestWhole(mtu, family)} bytes)`}`
  return {
    code: 'tooBigToSend',
    message: `our own kernel refused ${probes(count)} as too big: ${why}`,
    hint: overall
      ? `send ${LARGEST_PAYLOAD[family]} bytes or less`
      : 'send less, or leave --df out to send them in fragments',
    evidence: { count, ...(mtu === undefined ? {} : { mtu }) },
  }
}

/** A firewall of this host. */
export const forbiddenHere: Rule = (_, { tally }) => {
  const count = refusedWith(tally, 'EPERM', 'EACCES')
  if (count === 0) return undefined
  return {
    code: 'forbiddenHere',
    message: `this host itself forbids sending: its kernel refused ${probes(count)}, which never left`,
    hint: 'look at its own firewall (nft list ruleset; iptables -S OUTPUT)',
    evidence: { count },
  }
}

/**
 * Probes that this host's send queue did not accept. A refusal is proved per probe. Drops in the queue of the interface are counted for the
 * whole host, so they are a bound, reported only if probes are lost without another reason.
 */
export const sendQueueFull: Rule = ({ host }, { tally, drops }) => {
  const refused = refusedWith(tally, 'ENOBUFS', 'EAGAIN', 'still queued')
  const dropped = drops.sendQueue ?? 0
  if (dropped + refused === 0) return undefined
  const counted = host?.grown.sendBufferErrors ?? dropped
  const facts = [
    ...(refused === 0 ? [] : [`its kernel refused ${probes(refused)}, which never left`]),
    ...(dropped === 0
      ? []
      : [
          `up to ${dropped} of the probes without a reply may have been dropped before they left (SndbufErrors of this whole host grew by ${counted})`,
        ]),
  ]
  return {
    code: 'sendQueueFull',
    message: `this host's send queue was full: ${facts.join(', and ')}`,
    hint: 'send slower (--rate), or lengthen the queue of the interface (ip link set DEVICE txqueuelen 10000)',
    evidence: { dropped, refused },
  }
}
