import { formatRate } from '../../base/rate.ts'
import { scheduledCount } from '../../ledger/fate.ts'
import { counted } from '../../base/counted.ts'
import type { Limit, TrialEvidence } from './limit.ts'

/** No trial failed: the highest allowed rate held. */
export function noLimit(trials: readonly TrialEvidence[]): Limit {
  const pps = most(trials.map(({ sentPps }) => sentPps))
  return {
    kind: 'none',
    evidence: { offeredPps: most(trials.map(({ offeredPps }) => offeredPps)), sentPps: pps },
    reason: `nothing stops the highest rate that was allowed, ${packets(pps)}; a higher --to-rate searches further`,
  }
}

/** Our own pace: the schedule asked for more than this host sent, and what it sent came through. */
export function slowSender(slow: readonly TrialEvidence[], all: readonly TrialEvidence[]): Limit {
  const sentPps = most(all.map(trial => trial.sentPps))
  const offeredPps = most(slow.map(trial => trial.offeredPps))
  return {
    kind: 'sender',
    packetsPerSecond: sentPps,
    evidence: { offeredPps, sentPps },
    reason: `this host sent at most ${packets(sentPps)} when ${packets(offeredPps)} were due, and nothing of it was lost: the path may carry more. Larger datagrams (--size) or a faster sender load it more`,
  }
}

export function stoppedEarly(trials: readonly TrialEvidence[]): Limit {
  return {
    kind: 'unknown',
    evidence: { trials: trials.length, sentPps: most(trials.map(({ sentPps }) => sentPps)) },
    reason: 'the search stopped before a trial failed',
  }
}

export function silent(trials: readonly TrialEvidence[]): Limit {
  const sent = trials.reduce((sum, { fates }) => sum + scheduledCount(fates), 0)
  return {
    kind: 'unknown',
    evidence: { sent, replies: 0 },
    reason: `no reply came to ${counted(sent, 'datagram')}, so nothing is known about a limit`,
  }
}

function most(values: readonly number[]): number {
  return values.reduce((greatest, value) => Math.max(greatest, value), 0)
}

function packets(perSecond: number): string {
  return formatRate({ unit: 'packets', perSecond })
}
