import { counted } from '../../base/counted.ts'
import { formatDuration } from '../../base/duration.ts'
import { formatRate } from '../../base/rate.ts'
import { formatSize } from '../../base/size.ts'
import { MILLISECOND } from '../../base/nanos.ts'
import { DIRECTION_WORDS } from '../direction-words.ts'
import type { AgreedFit } from './agreed-fit.ts'
import type { HostQueue } from './loss-causes.ts'
import type { Limit, LimitKind } from './limit.ts'

/** Why a fitted limit has no proved kind: see `DOUBTS`. */
export type Doubt = 'disagree' | 'noDelay' | 'program' | 'packets' | 'oneSize' | 'socketBuffer'

type Judged = Omit<Limit, 'reason'>

/** The sentence for a policer, a shaper, or the queue of this host. */
export function kindWords(limit: Judged, agreed: AgreedFit): string {
  const where = limit.direction === undefined ? '' : ` ${DIRECTION_WORDS[limit.direction]}`
  if (limit.kind === 'policer') {
    const burst =
      limit.burstBytes === undefined ? '' : `; after a pause ${formatSize(limit.burstBytes)} above the rate pass`
    return `a policer${where} passes ${rate(limit)} and drops the rest at once, without a queue${burst}${unitWords(limit)}`
  }
  if (limit.kind === 'shaper') {
    const delay =
      limit.queueMs === undefined
        ? ''
        : `, which delays datagrams by ${formatDuration(limit.queueMs * MILLISECOND)} before it drops any`
    return `a queue${where} drains at ${rate(limit)}${delay}${unitWords(limit)}`
  }
  return `this host itself sends at most ${rate(limit)}: ${counted(agreed.fit.explained, 'datagram')} above that never left it`
}

/** Why a limit has no proved kind. */
export function unknownWords(doubt: Doubt, limit: Judged, agreed: AgreedFit): string {
  if (doubt === 'disagree') {
    const [least, most] = [agreed.least, agreed.most].map(bytes => formatRate({ unit: 'bits', perSecond: bytes * 8 }))
    const range =
      least === most ? `one shows ${least}, and others passed more without a loss` : `from ${least} to ${most}`
    return `the trials show different limits, ${range}: no constant limit explains the losses`
  }
  const where = limit.direction === undefined ? '' : ` ${DIRECTION_WORDS[limit.direction]}`
  return `${rate(limit)} pass${where}, ${DOUBTS[doubt]}`
}

const DOUBTS: Readonly<Record<Exclude<Doubt, 'disagree'>, string>> = {
  noDelay:
    'but the delays do not show whether a queue grows before datagrams are lost: it may be a policer or a shaper',
  program: 'counted in bytes of payload, as only a program counts: probably the server limits its replies',
  packets:
    'counted in datagrams of any size: a router, the queue of a link, or the program and the socket of the server limit them in the same way',
  oneSize:
    'and nothing proves whether the path or the server limits them: no direction is proved, and no second size shows whether bits or datagrams are counted',
  socketBuffer:
    'but the times of arrival are those of a program, so the delay includes the time in its socket, and no second size shows whether bits or datagrams are counted: the path or the program may be too slow',
}

/** What a host did with the losses. */
export function hostQueueWords(queue: HostQueue, kind: LimitKind): string {
  if (queue === 'serverRefusals')
    return "The kernel of the server's host refused the replies: it is a queue or a firewall there (tc -s qdisc, nft list ruleset)"
  if (queue === 'ownFirewall')
    return 'The kernel of this host refused them: its own firewall limits them (nft list ruleset)'
  return kind === 'shaper'
    ? 'It is the queue of an interface of this host (tc -s qdisc)'
    : 'The kernel of this host refused them because a queue of an interface was full (tc -s qdisc)'
}

function unitWords({ unit }: Judged): string {
  if (unit === undefined) return ''
  return unit === 'bits' ? '. It counts bits, not datagrams' : '. It counts datagrams, not bits'
}

/** The rate in the unit that the limit counts; in bits if that is not known. */
function rate({ bitsPerSecond = 0, packetsPerSecond = 0, unit }: Judged): string {
  const bits = `${formatRate({ unit: 'bits', perSecond: bitsPerSecond })} of IP packets`
  return unit === 'packets' ? `${formatRate({ unit: 'packets', perSecond: packetsPerSecond })} (${bits})` : bits
}
