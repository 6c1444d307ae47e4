import { replyCount } from '../../ledger/fate.ts'
import { agreedFit } from './agreed-fit.ts'
import { hostLimit } from './host-limit.ts'
import type { Limit, LimitSearch, TrialEvidence } from './limit.ts'
import { lossRatio, mainCause, type LossCause } from './loss-causes.ts'
import { pathLimit } from './path-limit.ts'
import { noLimit, silent, slowSender, stoppedEarly } from './no-failure.ts'

const DEFAULT_MOST_LOSS = 0.001
/** A sender that reaches less of the offered rate is the limit. */
const LEAST_PACE = 0.95

/** What stops a higher rate, by the evidence of all trials. A pure function; with a given size the order of the trials does not matter. */
export function judgeLimit(trials: readonly TrialEvidence[], search: LimitSearch): Limit {
  if (trials.every(({ fates }) => replyCount(fates) === 0)) return silent(trials)
  const { size = trials[0]?.size, maxLoss = DEFAULT_MOST_LOSS } = search
  const own = trials.filter(trial => trial.size === size)
  const failed = own.filter(trial => lossRatio(trial) > maxLoss || grows(trial))
  if (failed.length === 0) return withoutFailure(own, search)
  const cause = mainCause(failed)
  if (cause !== undefined && cause !== 'path' && !isQueueOfServer(cause, own)) {
    const limit = hostLimit(cause, failed)
    if (limit !== undefined) return limit
  }
  return pathLimit({ own, failed, others: trials.filter(trial => trial.size !== size), cause })
}

/** Whether the losses by refusals of the server's kernel show the queue or firewall of its host. */
function isQueueOfServer(cause: LossCause, own: readonly TrialEvidence[]): boolean {
  return cause === 'serverRefusals' && agreedFit(own, 'return')?.isQueue !== undefined
}

function grows({ queues }: TrialEvidence): boolean {
  return queues.some(({ isGrowing }) => isGrowing)
}

function isReached({ sentPps, offeredPps }: TrialEvidence): boolean {
  return sentPps >= LEAST_PACE * offeredPps
}

function withoutFailure(own: readonly TrialEvidence[], { reachedBound }: LimitSearch): Limit {
  const reached = own.filter(isReached).reduce((most, { offeredPps }) => Math.max(most, offeredPps), 0)
  // A rate that another trial reached is not too high for this host: it was busy for a moment.
  const slow = own.filter(trial => !isReached(trial) && trial.offeredPps > reached)
  if (slow.length > 0) return slowSender(slow, own)
  return reachedBound ? noLimit(own) : stoppedEarly(own)
}
