import { MILLISECOND } from '../../base/nanos.ts'
import { lossCount, replyCount } from '../../ledger/fate.ts'
import type { AgreedFit } from './agreed-fit.ts'
import type { CountedUnit } from './counted-unit.ts'
import type { Limit, LimitKind, TrialEvidence } from './limit.ts'
import { kindWords, hostQueueWords, unknownWords, type Doubt } from './limit-words.ts'
import type { PathTrials } from './path-trials.ts'
import type { HostQueue } from './loss-causes.ts'
import { queuePlace, type QueuePlace } from './queue-place.ts'

/** A trial without losses contradicts a limit if this much more than the limit was offered, besides what its bucket held. */
const HELD = 1.1
/** Packets by which a bucket or queue may differ from the fit. */
const WHOLE_PACKETS = 16
/** Share of the losses that the queue of an own interface must have dropped by its counter. */
const LEAST_OWN = 0.9

/** The limit that a fit shows: what it is, as far as delays, counters and a second size prove it. */
export function fittedLimit(agreed: AgreedFit, unit: CountedUnit | undefined, trials: PathTrials): Limit {
  const queue = hostQueue(agreed.trial, trials)
  const place: QueuePlace =
    queue === undefined
      ? queuePlace(agreed)
      : { direction: queue === 'serverRefusals' ? 'return' : 'forward', isPath: true }
  const doubt = contradiction(agreed, trials.own) ?? doubtOf(agreed, unit, place)
  const kind = doubt === undefined ? kindOf(agreed, queue) : 'unknown'
  const { direction } = place
  const limit = {
    kind,
    ...(direction === undefined || doubt === 'disagree' ? {} : { direction }),
    ...(doubt === 'disagree' ? {} : figures(agreed, unit, kind)),
    evidence: { ...evidenceOf(agreed, unit), ...(queue === undefined ? {} : { [queue]: true }) },
  }
  const isUnplaced = kind === 'policer' && agreed.fit.direction === 'roundTrip' && !place.isPath && unit !== 'bits'
  const words = doubt === undefined ? kindWords(limit, agreed) : unknownWords(doubt, limit, agreed)
  const reason = isUnplaced ? `${words}. Nothing proves whether it is on the path or in the server` : words
  return { ...limit, reason: queue === undefined ? reason : `${reason}. ${hostQueueWords(queue, kind)}` }
}

function kindOf({ isQueue }: AgreedFit, queue: HostQueue | undefined): LimitKind {
  if (isQueue === true) return 'shaper'
  return queue === 'ownQueue' ? 'sender' : 'policer'
}

type Figures = Pick<Limit, 'bitsPerSecond' | 'packetsPerSecond' | 'unit' | 'burstBytes' | 'burstPackets' | 'queueMs'>

function figures(
  { fit, trial: { packetsEach = 1 }, depthBytes, depthPackets }: AgreedFit,
  unit: CountedUnit | undefined,
  kind: LimitKind,
): Figures {
  return {
    bitsPerSecond: fit.bytesPerSecond * 8,
    packetsPerSecond: fit.packetsPerSecond / packetsEach,
    ...(unit === 'bits' || unit === 'packets' ? { unit } : {}),
    ...(depthBytes === undefined ? {} : { burstBytes: Math.round(depthBytes) }),
    ...(depthPackets === undefined ? {} : { burstPackets: Math.round(depthPackets / packetsEach) }),
    ...(kind === 'shaper' && Number.isFinite(fit.queueAtLoss) ? { queueMs: fit.queueAtLoss / MILLISECOND } : {}),
  }
}

function evidenceOf({ fit, agreeing, contradicting }: AgreedFit, unit: CountedUnit | undefined): Limit['evidence'] {
  return {
    losses: fit.explained,
    otherLosses: fit.unexplained,
    error: fit.error,
    offeredBitsPerSecond: fit.offered * 8,
    trials: agreeing,
    ...(contradicting === 0 ? {} : { contradicting }),
    ...(Number.isFinite(fit.queueAtLoss) ? { queueAtLossMs: fit.queueAtLoss / MILLISECOND } : {}),
    ...(Number.isFinite(fit.queueAtRest) ? { queueAtRestMs: fit.queueAtRest / MILLISECOND } : {}),
    ...(unit === undefined ? {} : { counts: unit }),
  }
}

/** The queue or firewall of a host that dropped most datagrams of a trial, if it is known to be one. */
function hostQueue({ fates, ownQueueDrops }: TrialEvidence, { cause }: PathTrials): HostQueue | undefined {
  if (cause === 'ownQueue' || cause === 'ownFirewall' || cause === 'serverRefusals') return cause
  const lost = lossCount(fates)
  return lost > 0 && ownQueueDrops >= LEAST_OWN * lost ? 'ownQueue' : undefined
}

/** Trials that one constant limit does not explain. */
function contradiction(agreed: AgreedFit, own: readonly TrialEvidence[]): Doubt | undefined {
  if (agreed.contradicting >= agreed.agreeing) return 'disagree'
  return own.some(trial => holdsMore(trial, agreed)) ? 'disagree' : undefined
}

/** Whether a trial without losses carried more than rate and bucket allow. */
function holdsMore({ fates, sentPps, seconds, packetBytes }: TrialEvidence, { fit, depthBytes }: AgreedFit): boolean {
  if (depthBytes === undefined || lossCount(fates) > 0 || replyCount(fates) === 0) return false
  const excess = (sentPps * packetBytes - HELD * fit.bytesPerSecond) * seconds
  return excess > depthBytes + WHOLE_PACKETS * packetBytes
}

function doubtOf({ isQueue, fit }: AgreedFit, unit: CountedUnit | undefined, place: QueuePlace): Doubt | undefined {
  if (isQueue === undefined) return 'noDelay'
  if (place.isPath) return undefined
  if (unit === 'bits') return undefined
  if (unit === 'payload') return 'program'
  // Without a queue, a program that lags behind is no explanation: it lets a queue grow in its socket.
  if (!isQueue) return undefined
  if (unit === 'packets') return 'packets'
  return fit.direction === 'roundTrip' ? 'oneSize' : 'socketBuffer'
}
