import { counted, formatCount } from '../../base/counted.ts'
import { formatDuration } from '../../base/duration.ts'
import { MILLISECOND } from '../../base/nanos.ts'
import { formatRatio } from '../../base/ratio.ts'
import { formatRate } from '../../base/rate.ts'
import { lossCount, type FateCounts } from '../../ledger/fate.ts'
import type { Limit, TrialEvidence } from './limit.ts'
import { lossRatio } from './loss-causes.ts'
import type { PathTrials } from './path-trials.ts'

/** A server that is a bottleneck lets datagrams wait this many times as long as at the lowest rate, and at least so long. */
const DWELL_FACTOR = 10
const LEAST_DWELL = 2 * MILLISECOND
/** Losses that a limit explains grow from nothing. With twice the rate, a ratio that is not this many times as high does not grow with it. */
const GROWS = 1.5

/** The server as the limit, because datagrams wait there the longer the more are offered, and the path is proved to lose nothing. */
export function slowServer({ own, failed }: PathTrials): Limit | undefined {
  const idle = Math.min(...own.map(({ dwellP50 }) => dwellP50).filter(Number.isFinite))
  const slow = failed.filter(
    ({ dwellP50, fates, serverStampsKernel }) =>
      serverStampsKernel && dwellP50 >= LEAST_DWELL && dwellP50 >= DWELL_FACTOR * idle && !isLostInPath(fates),
  )
  if (slow.length === 0) return undefined
  const dwell = Math.max(...slow.map(({ dwellP50 }) => dwellP50))
  return {
    kind: 'receiver',
    evidence: { dwellMs: dwell / MILLISECOND, dwellAtRestMs: idle / MILLISECOND },
    reason: `the server is too slow: half of the datagrams waited at least ${formatDuration(dwell)} in it, against ${formatDuration(idle)} at a low rate`,
  }
}

function isLostInPath(fates: Readonly<FateCounts>): boolean {
  return fates.lostForward + fates.lostReturn > lossCount(fates) / 2
}

/** Losses or delays that are not those of one limit. */
export function withoutLine({ failed, cause }: PathTrials): Limit {
  const lost = failed.reduce((sum, { fates }) => sum + lossCount(fates), 0)
  if (cause === 'ownQueue' || cause === 'ownFirewall') return refusedHere(failed, lost, cause)
  const evidence = evidenceOf(failed)
  if (cause === undefined) {
    const what = lost === 0 ? 'delays grew' : `${counted(lost, 'datagram')} ${lost === 1 ? 'was' : 'were'} lost`
    return { kind: 'unknown', evidence, reason: `${what}, which is too little to find a cause` }
  }
  const late = failed.reduce((sum, { lateLosses }) => sum + lateLosses, 0)
  if (late > lost / 2) {
    const reason = `${formatCount(late)} of ${counted(lost, 'lost datagram')} had left late and in bursts, because this host did not keep its pace. A limit would lose them in the same way`
    return { kind: 'unknown', evidence: { ...evidence, lateLosses: late, lost }, reason }
  }
  const [first] = failed
  const { lowest = first, highest = first } = extremes(failed)
  if (lowest === undefined || highest === undefined) return { kind: 'unknown', evidence, reason: 'no trial failed' }
  const [low, high] = [words(lowest), words(highest)]
  if (lowest === highest)
    return {
      kind: 'unknown',
      evidence,
      reason: `${low} were lost, but not as a rate limit loses them, and no other cause is proved`,
    }
  return growsWithRate(lowest, highest)
    ? {
        kind: 'unknown',
        evidence,
        reason: `losses grow with the rate, ${low} and ${high}, but not as a constant limit loses datagrams, and no other cause is proved`,
      }
    : {
        kind: 'unknown',
        evidence,
        reason: `losses do not grow with the rate, ${low} and ${high}: no rate limit explains them`,
      }
}

/** Refusals of our own kernel without a visible queue in front of a constant rate. */
function refusedHere(failed: readonly TrialEvidence[], lost: number, cause: 'ownQueue' | 'ownFirewall'): Limit {
  const count = failed.reduce((sum, trial) => sum + (cause === 'ownQueue' ? trial.refusedHere : trial.forbiddenHere), 0)
  const why =
    cause === 'ownQueue'
      ? 'because its own queue was full (tc -s qdisc): it sends no faster'
      : 'because of its own firewall (nft list ruleset)'
  return {
    kind: 'sender',
    evidence: { [cause]: true, count, lost },
    reason: `the kernel of this host refused ${formatCount(count)} of ${counted(lost, 'lost datagram')} ${why}`,
  }
}

function evidenceOf(failed: readonly TrialEvidence[]): Limit['evidence'] {
  const { lowest, highest } = extremes(failed)
  if (lowest === undefined || highest === undefined) return { trials: failed.length }
  return {
    trials: failed.length,
    lowestPps: lowest.sentPps,
    lossAtLowest: lossRatio(lowest),
    highestPps: highest.sentPps,
    lossAtHighest: lossRatio(highest),
  }
}

/** The failed trials with the lowest and highest rate. */
function extremes(failed: readonly TrialEvidence[]): {
  readonly lowest?: TrialEvidence
  readonly highest?: TrialEvidence
} {
  const sorted = failed.toSorted((a, b) => a.sentPps - b.sentPps || lossRatio(a) - lossRatio(b))
  const [lowest, highest] = [sorted[0], sorted.at(-1)]
  return lowest === undefined || highest === undefined ? {} : { lowest, highest }
}

/** Whether the share of losses is clearly higher at the higher rate. */
function growsWithRate(lowest: TrialEvidence, highest: TrialEvidence): boolean {
  return lossRatio(highest) >= GROWS * lossRatio(lowest) && highest.sentPps > lowest.sentPps
}

function words(trial: TrialEvidence): string {
  return `${formatRatio(lossRatio(trial))} at ${formatRate({ unit: 'packets', perSecond: trial.sentPps })}`
}
