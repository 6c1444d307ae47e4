import type { Address } from '../../base/address.ts'
import { largestWhole } from '../../base/fragments.ts'
import { counted } from '../../base/counted.ts'
import type { StampPlan } from '../../facts/protocol.ts'
import type { RunFacts } from '../../facts/run.ts'
import type { Side } from '../../ledger/classifier.ts'
import { replyCount } from '../../ledger/fate.ts'
import type { Cut } from '../../ledger/group.ts'
import type { Tally } from '../../ledger/tally.ts'
import { layoutOf } from '../../wire/stamp/packet.ts'
import { MTUS, READ_SIZES } from '../search/known-limits.ts'
import type { ResultWarning } from '../result.ts'
import type { Rule } from './rule.ts'
import { datagrams } from './words.ts'

/** Replies were cut. A read size cuts every longer datagram, so if only some are cut the cause is another one. */
export const knownCut: Rule = (facts, { tally }, target) => {
  const [cut] = tally.total.cuts
  if (cut === undefined) return undefined
  const { length, count, side } = cut
  const longer = repliesLonger(length, tally)
  const isAll = count >= longer
  const who = isAll ? likelyCause(length, facts, target) : 'this is no read size, which would cut all of them'
  if (facts.plan.protocol?.name === 'stamp') return shorterReplies(facts.plan.protocol, cut, longer)
  const were = count === 1 ? 'was' : 'were'
  const many = isAll
    ? `${datagrams(count)} ${were}`
    : `${count} of ${datagrams(longer)} longer than ${length} bytes ${were}`
  return {
    code: 'truncated',
    message: `${many} cut at ${length} bytes${isAll && side === 'request' ? '' : WAY[side]}${who === undefined ? '' : `: ${who}`}`,
    hint: isAll ? WHOLE_HINT[side] : PARTIAL_HINT[side],
    evidence: { length, count, longer, side },
  }
}

const WAY: Readonly<Record<Side, string>> = {
  request: ' before the server program received them',
  reply: ' on the path from server to client, after the server had sent them whole',
  unknown: '',
}

const WHOLE_HINT: Readonly<Record<Side, string>> = {
  request: 'raise the read size of the program that answers, or send no more than it reads',
  reply:
    'raise the read size of whatever forwards the replies (a relay, a proxy, a load balancer), or send no more than it reads',
  unknown: 'raise the read size of the program that answers, or send no more than it reads',
}

const PARTIAL_HINT: Readonly<Record<Side, string>> = {
  request:
    'look for whatever forwards requests to the server, or for one of several servers at this address that reads less',
  reply: 'look for whatever forwards replies between the server and this host; the server is not the cause',
  unknown: 'look for whatever forwards datagrams, or for one of several servers at this address that reads less',
}

/** RFC 8762 section 4.2 wants a reply as long as its request. A reflector that does not do this made it short; nothing was cut. */
function shorterReplies({ isAuthenticated }: StampPlan, { length, count, side }: Cut, longer: number): ResultWarning {
  const isBase = length === layoutOf(isAuthenticated).size
  return {
    code: 'truncated',
    message: `${count} of ${counted(longer, 'reply', 'replies')} to longer probes ${count === 1 ? 'has' : 'have'} ${length} bytes: ${isBase ? 'the reflector answers with the base packet alone' : 'the reflector, or something on the path, shortens them'}`,
    hint: `send ${length} bytes (--size ${length})${isBase && !isAuthenticated ? ', or use --twamp-light, which does not judge the length of replies' : ''}`,
    evidence: { length, count, longer, side },
  }
}

/** Replies to longer probes that could have been cut at this length: all but those that were cut shorter. */
function repliesLonger(length: number, { sizes }: Tally): number {
  return [...sizes].reduce((sum, [size, { fates, cuts }]) => {
    const shorter = cuts.reduce((all, cut) => all + (cut.length < length ? cut.count : 0), 0)
    return size > length ? sum + replyCount(fates) - fates.corrupt - shorter : sum
  }, 0)
}

function likelyCause(length: number, facts: RunFacts, target: Address): string | undefined {
  const who = READ_SIZES.get(length)
  return who === undefined ? mtuCut(length, facts, target) : `the read size of ${who}`
}

/** A read size derived from an MTU. The network never cuts a datagram; a program does, with such a read size. */
function mtuCut(length: number, { host }: RunFacts, { family }: Address): string | undefined {
  for (const mtu of new Set([...(host?.mtu === undefined ? [] : [host.mtu]), ...MTUS.keys()])) {
    if (length === mtu) return 'an MTU. Networks do not cut datagrams, so a program reads only that much'
    if (length === largestWhole(mtu, family))
      return `what fits one IP packet at MTU ${mtu}. Networks do not cut datagrams, so a program reads only that much`
  }
  return undefined
}
