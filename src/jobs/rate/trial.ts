import { SECOND, toMs, type Nanos } from '../../base/nanos.ts'
import type { RunFacts } from '../../facts/run.ts'
import { packetSize } from '../../base/fragments.ts'
import type { LimitFit } from '../../ledger/limit/limit-fit.ts'
import type { QueueTrend } from '../../ledger/limit/queue-trend.ts'
import type { TrialOrder, TrialOutcome } from '../../machines/rate-trial.ts'
import type { SendPlan } from '../../runs/send/plan.ts'
import type { SendRun } from '../../runs/send/run.ts'
import type { TrialEvidence } from '../../verdict/limit/limit.ts'
import type { ResultTrial } from '../../verdict/result.ts'

/** The plan of a trial: the rate shared by all clients. */
export function trialPlan(
  { probe, ...plan }: SendPlan,
  { size, pps, duration }: TrialOrder,
  isFirst: boolean,
): SendPlan {
  const { count: _, bitRate: __, window: ___, ...common } = probe
  return {
    ...plan,
    probe: {
      ...common,
      sizes: [size],
      interval: (probe.clients * SECOND) / pps,
      burst: 1,
      duration,
      strayCheck: probe.strayCheck && isFirst,
    },
  }
}

/** The plan of a burst from one socket. */
export function burstPlan({ probe, ...plan }: SendPlan, size: number, burst: number): SendPlan {
  const { duration: _, bitRate: __, window: ___, ...common } = probe
  return {
    ...plan,
    probe: { ...common, clients: 1, sizes: [size], interval: SECOND, burst, count: burst, strayCheck: false },
  }
}

/** What a trial showed, without its rows. */
export interface Trial {
  readonly result: ResultTrial
  readonly evidence: TrialEvidence
  readonly outcome: TrialOutcome
}

/** Looks at a trial that has ended. */
export function examineTrial(order: TrialOrder, run: SendRun, maxLoss: number): Trial {
  const { purpose, size, pps } = order
  const { result, analysis } = run
  const { fates } = analysis.tally.total
  const fits: readonly LimitFit[] = []
  const queues: readonly QueueTrend[] = []
  const isQueueGrowing = queues.some(({ isGrowing }) => isGrowing)
  const measured = figuresOf(run)
  return {
    outcome: {
      sentPps: measured.sentPps,
      loss: measured.loss,
      isAnswered: result.ledger.replies > 0,
      isQueueGrowing,
      limitPps: undefined,
      limitShare: 0,
    },
    evidence: {
      offeredPps: pps,
      sentPps: measured.sentPps,
      size,
      packetBytes: packetSize(size, result.target.family),
      fates: { ...fates },
      fits,
      queues,
      serverDrops: analysis.drops.server,
      clientDrops: analysis.drops.client,
      refusedHere: fates.refused,
      dwellP50: NaN,
      dwellP99: NaN,
      serverStampsKernel: false,
      clientStampsKernel: false,
      seconds: spanOf(facts) / SECOND,
      forbiddenHere: 0,
      serverRefused: 0,
      ownQueueDrops: analysis.drops.sendQueue ?? 0,
      queueForward: NaN,
      queueReturn: NaN,
    },
    result: { purpose, size, pps, held: measured.loss <= maxLoss && !isQueueGrowing, ...measured },
  }
}

/** A burst in the list of trials. */
export function burstTrial(size: number, burst: number, run: SendRun): ResultTrial {
  const measured = figuresOf(run)
  return { purpose: 'burst', size, pps: measured.sentPps, burst, held: measured.loss === 0, ...measured }
}

/** What a trial measured, whatever its purpose. */
function figuresOf({ result, facts }: SendRun): Omit<ResultTrial, 'purpose' | 'size' | 'pps' | 'held'> {
  const { loss, throughput, rtt, ledger } = result
  return {
    sentPps: throughput?.sentPerSecond ?? 0,
    deliveredPps: throughput?.repliesPerSecond ?? 0,
    durationMs: toMs(spanOf(facts)),
    loss: loss.ratio ?? 0,
    ...(rtt === undefined ? {} : { rttP50Ms: rtt.p50Ms, rttP99Ms: rtt.p99Ms }),
    fates: ledger.fates,
  }
}

/** Time in which its probes were sent. */
function spanOf({ plan, clients }: RunFacts): Nanos {
  const first = clients.reduce((least, { firstSent }) => Math.min(least, firstSent), Infinity)
  const last = clients.reduce((most, { lastSent }) => Math.max(most, lastSent), -Infinity)
  if (last < first) return 0
  return last - first + (plan.burst > 1 ? 0 : plan.interval / plan.clients)
}
