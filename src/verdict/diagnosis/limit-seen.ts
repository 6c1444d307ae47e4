import { packetSize } from '../../base/fragments.ts'
import { MILLISECOND, SECOND } from '../../base/nanos.ts'
import type { Address } from '../../base/address.ts'
import type { RunFacts } from '../../facts/run.ts'
import type { Analysis } from '../../ledger/analysis.ts'
import { scheduledCount } from '../../ledger/fate.ts'
import type { QueueTrend } from '../../ledger/limit/queue-trend.ts'
import type { Tally } from '../../ledger/tally.ts'
import { targetInterval } from '../../ledger/target-interval.ts'
import { judgeLimit } from '../limit/judge-limit.ts'
import type { Limit, TrialEvidence } from '../limit/limit.ts'
import { trialEvidence } from '../limit/trial-evidence.ts'

/** Fewer losses show no limit, and a smaller queue is that of a busy host: then the rows are not read again. */
const LEAST_LOSSES = 20
const LEAST_QUEUE = 20 * MILLISECOND
/** A rise in a shorter run is a pause of a busy host. */
const LEAST_SECONDS = 1
/** A queue that takes more from 5 % above its rate on grows by about as much each second. */
const LEAST_GROWTH = 0.05 * SECOND
/** Middle of the last quarter of a run less that of the first, as a share of the run. */
const BETWEEN_QUARTERS = 0.75
/** Maximum relative difference between the growth from the first to the last quarter and that of a queue which grows all the time. */
const UNEVEN = 0.3

/** The rate limit that a run shows, with what it is computed from. */
export interface SeenLimit {
  /** `losses` lie on the line of a limit, or a queue grows during the whole run and hardly anything is lost. */
  readonly by: 'losses' | 'queue'
  readonly limit: Limit & { readonly bitsPerSecond: number }
  readonly trial: TrialEvidence
  /** Means over the probes of the run: payload and IP packet, bytes. */
  readonly payload: number
  readonly packet: number
}

/** Undefined: none. The rows of a run that cannot show one are not read. */
export function limitSeen(facts: RunFacts, analysis: Analysis, target: Address): SeenLimit | undefined {
  if (facts.rounds !== undefined || !(mayLose(analysis.tally) || mayQueue(facts, analysis.tally))) return undefined
  const trial = trialEvidence(facts, analysis, target.family)
  const limit = judgeLimit([trial], { reachedBound: false })
  const { bitsPerSecond } = limit
  if (bitsPerSecond === undefined) return undefined
  const by = limit.evidence['losses'] === undefined ? 'queue' : 'losses'
  if (by === 'queue' && !(mayQueue(facts, analysis.tally) && trial.queues.some(queue => growsAlways(queue, trial))))
    return undefined
  return { by, limit: { ...limit, bitsPerSecond }, trial, ...meanSizes(analysis.tally, target) }
}

function mayLose({ total: { fates } }: Tally): boolean {
  return fates.lostForward + fates.lostReturn + fates.lostUnknown + fates.refused >= LEAST_LOSSES
}

/** A window or a flood without a rate fills the queues that it finds, up to the window. */
function mayQueue(facts: RunFacts, { total, lastSent, firstSent }: Tally): boolean {
  if (facts.plan.window !== undefined || targetInterval(facts) === 0) return false
  if (!(lastSent - firstSent >= LEAST_SECONDS * SECOND)) return false
  const { rtt } = total
  return (rtt.percentile(0.9) ?? 0) - (rtt.percentile(0) ?? 0) >= LEAST_QUEUE
}

/** Unlike after a change of route, in bursts of other traffic, or over a radio link. */
function growsAlways({ isGrowing, growth, first, last }: QueueTrend, { seconds }: TrialEvidence): boolean {
  const expected = (growth / SECOND) * seconds * SECOND * BETWEEN_QUARTERS
  return (
    isGrowing && growth >= LEAST_GROWTH && last >= LEAST_QUEUE && Math.abs(last - first - expected) <= UNEVEN * expected
  )
}

function meanSizes({ sizes }: Tally, { family }: Address): Pick<SeenLimit, 'payload' | 'packet'> {
  let [count, payload, packet] = [0, 0, 0]
  for (const [size, { fates }] of sizes) {
    const scheduled = scheduledCount(fates)
    count += scheduled
    payload += scheduled * size
    packet += scheduled * packetSize(size, family)
  }
  return { payload: payload / Math.max(1, count), packet: packet / Math.max(1, count) }
}
