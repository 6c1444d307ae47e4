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

/** What a trial showed, without its rows. */
export interface Trial {
  readonly result: ResultTrial
  readonly evidence: TrialEvidence
  readonly outcome: TrialOutcome
}

/** Looks at a trial that has ended. */
export function examineTrial(order: TrialOrder, { result, facts, analysis }: SendRun, maxLoss: number): Trial {
  const { purpose, size, pps } = order
  const { loss, throughput, rtt, ledger } = result
  const { fates } = analysis.tally.total
  const sentPps = throughput?.sentPerSecond ?? 0
  const lossRatio = loss.ratio ?? 0
  const fits: readonly LimitFit[] = []
  const queues: readonly QueueTrend[] = []
  const outcome: TrialOutcome = {
    sentPps,
    loss: lossRatio,
    isAnswered: ledger.replies > 0,
    isQueueGrowing: queues.some(({ isGrowing }) => isGrowing),
    limitPps: undefined,
    limitShare: 0,
  }
  return {
    outcome,
    evidence: {
      offeredPps: pps,
      sentPps,
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
    result: {
      purpose,
      size,
      pps,
      sentPps,
      deliveredPps: throughput?.repliesPerSecond ?? 0,
      durationMs: toMs(spanOf(facts)),
      loss: lossRatio,
      held: lossRatio <= maxLoss && !outcome.isQueueGrowing,
      ...(rtt === undefined ? {} : { rttP50Ms: rtt.p50Ms, rttP99Ms: rtt.p99Ms }),
      fates: ledger.fates,
    },
  }
}

/** Time in which its probes were sent. */
function spanOf({ plan, clients }: RunFacts): Nanos {
  const first = clients.reduce((least, { firstSent }) => Math.min(least, firstSent), Infinity)
  const last = clients.reduce((most, { lastSent }) => Math.max(most, lastSent), -Infinity)
  return last >= first ? last - first + plan.interval / plan.clients : 0
}
