import { SECOND, toMs, type Nanos } from '../../base/nanos.ts'
import type { RunFacts } from '../../facts/run.ts'
import { present } from '../../base/present.ts'
import type { TrialOrder, TrialOutcome } from '../../machines/rate-trial.ts'
import type { SendPlan } from '../../runs/send/plan.ts'
import type { SendRun } from '../../runs/send/run.ts'
import { isCredible } from '../../verdict/limit/agreed-fit.ts'
import { isGrowingQueue } from '../../verdict/limit/growing-queue.ts'
import type { TrialEvidence } from '../../verdict/limit/limit.ts'
import { trialEvidence } from '../../verdict/limit/trial-evidence.ts'
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
export function burstPlan({ probe, flows: _flows, ...plan }: SendPlan, size: number, burst: number): SendPlan {
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
export function examineTrial({ purpose, size, pps }: TrialOrder, run: SendRun, maxLoss: number): Trial {
  const { result, facts, analysis } = run
  const evidence = trialEvidence(facts, analysis, result.target.family)
  const { sentPps, packetBytes, packetsEach = 1, fits, capFit, queues } = evidence
  const credible = [...fits, ...(capFit === undefined ? [] : [capFit])].filter(isCredible)
  const growing = queues.filter(queue => isGrowingQueue(queue, evidence))
  const [fit] = credible.toSorted((a, b) => a.packetsPerSecond - b.packetsPerSecond)
  const loss = result.loss.ratio ?? 0
  const drained = growing.map(queue => queue.drained / packetBytes)
  // Fragments of lost datagrams use up a limit too: fewer whole datagrams pass than at a lower rate, so the search bisects.
  const limitPps = packetsEach > 1 ? undefined : (fit?.packetsPerSecond ?? drained[0])
  return {
    evidence,
    outcome: {
      sentPps,
      loss,
      isAnswered: result.ledger.replies > 0,
      isQueueGrowing: growing.length > 0,
      limitPps,
      limitShare: fit === undefined ? 1 : (fit.until - fit.from) / (evidence.seconds * SECOND),
    },
    result: {
      purpose,
      size,
      pps,
      held: loss <= maxLoss && growing.length === 0,
      ...figuresOf(run),
      sentPps,
      ...(fit === undefined ? {} : { deliveredPps: fit.packetsPerSecond / packetsEach }),
      ...present({ queueForwardMs: queueAtEnd(queues, 'forward'), queueReturnMs: queueAtEnd(queues, 'return') }),
    },
  }
}

function queueAtEnd(queues: TrialEvidence['queues'], direction: 'forward' | 'return'): number | undefined {
  const last = queues.find(queue => queue.direction === direction)?.last
  return last === undefined || Number.isNaN(last) ? undefined : toMs(last)
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
