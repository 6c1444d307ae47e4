import { formatDuration } from '../../base/duration.ts'
import { MILLISECOND, SECOND } from '../../base/nanos.ts'
import { formatRate } from '../../base/rate.ts'
import { lossCount } from '../../ledger/fate.ts'
import type { QueueTrend } from '../../ledger/limit/queue-trend.ts'
import { DIRECTION_WORDS } from '../direction-words.ts'
import type { Limit, TrialEvidence } from './limit.ts'
import type { PathTrials } from './path-trials.ts'

/** A queue that grows by less a second may be that of a busy host. */
const LEAST_GROWTH = 0.02 * SECOND
/** At its end it must delay datagrams by at least this much: a busy host delays single datagrams as long. */
const LEAST_DELAY = 10 * MILLISECOND
/** Relative difference between the drained rate and the rate at which the queue grew. */
const TOLERANCE = 0.15

/** A queue that grew until the end of a trial, although hardly anything was lost: it is larger than what was sent. Undefined: there is none. */
export function growingQueue({ own }: PathTrials): Limit | undefined {
  const [found] = own
    .flatMap(trial => trial.queues.filter(queue => isGrowingQueue(queue, trial)).map(queue => ({ trial, queue })))
    .toSorted((a, b) => b.queue.growth - a.queue.growth)
  if (found === undefined) return undefined
  const { trial, queue } = found
  const bits = queue.drained * 8
  const limit = {
    bitsPerSecond: bits,
    packetsPerSecond: queue.drained / trial.packetBytes,
    evidence: {
      growthMsPerSecond: queue.growth / MILLISECOND,
      queueAtEndMs: queue.last / MILLISECOND,
      offeredPps: trial.offeredPps,
    },
  }
  const rate = `${formatRate({ unit: 'bits', perSecond: bits })} of IP packets`
  const grown = `the delay grew by ${formatDuration(queue.growth)} each second to ${formatDuration(queue.last)}${lossCount(trial.fates) === 0 ? ', and nothing needed to be lost yet' : ''}`
  const direction = isPath(queue, trial)
  if (direction === undefined)
    return {
      kind: 'unknown',
      ...limit,
      reason: `${rate} pass and the rest waits: ${grown}; nothing proves whether it waits in the path or in the server`,
    }
  return {
    kind: 'shaper',
    direction,
    ...limit,
    queueMs: queue.last / MILLISECOND,
    reason: `a queue ${DIRECTION_WORDS[direction]} drains at ${rate}: ${grown}`,
  }
}

/** Growth, drained rate and offered rate must be those of one queue: each second the surplus waits for its share of a second. */
export function isGrowingQueue(
  { isGrowing, growth, last, drained }: QueueTrend,
  { sentPps, packetBytes }: TrialEvidence,
): boolean {
  if (!isGrowing || growth < LEAST_GROWTH || last < LEAST_DELAY || !(drained > 0)) return false
  const expected = (sentPps * packetBytes) / (1 + growth / SECOND)
  return Math.abs(drained / expected - 1) <= TOLERANCE
}

/** The direction if the queue is neither in the server's socket nor in ours. */
function isPath({ direction }: QueueTrend, trial: TrialEvidence): 'forward' | 'return' | undefined {
  if (direction === 'forward' && trial.serverStampsKernel) return direction
  return direction === 'return' && trial.clientStampsKernel ? direction : undefined
}
