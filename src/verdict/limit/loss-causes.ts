import { lossCount, scheduledCount } from '../../ledger/fate.ts'
import type { TrialEvidence } from './limit.ts'

/** Where the losses of a trial happened, as far as fates and counters prove it. */
const LOSS_CAUSES = [
  'path',
  'serverBuffer',
  'serverCap',
  'serverRefusals',
  'clientBuffer',
  'ownQueue',
  'ownFirewall',
  'refused',
  'unreachable',
] as const

export type LossCause = (typeof LOSS_CAUSES)[number]

/** A queue or firewall of one of the hosts, which may stand in front of a constant rate. */
export type HostQueue = Extract<LossCause, 'ownQueue' | 'ownFirewall' | 'serverRefusals'>

/** Fewer losses of a trial are chance, whatever their cause. */
const LEAST = 3
/** Share of the losses that a drop counter must explain. */
const LEAST_EXPLAINED = 0.9

/** The cause of most losses in the trials; undefined: none had enough losses. A trial counts by shares, so that a long one does not decide alone. */
export function mainCause(trials: readonly TrialEvidence[]): LossCause | undefined {
  const weights = new Map<LossCause, number>()
  for (const trial of trials) {
    const lost = lossCount(trial.fates)
    if (lost < LEAST) continue
    for (const [cause, count] of causesOf(trial)) weights.set(cause, (weights.get(cause) ?? 0) + count / lost)
  }
  let main: LossCause | undefined
  for (const cause of LOSS_CAUSES)
    if ((weights.get(cause) ?? 0) > (main === undefined ? 0 : (weights.get(main) ?? 0))) main = cause
  return main
}

function causesOf(trial: TrialEvidence): readonly [LossCause, number][] {
  const { fates, refusedHere, forbiddenHere, serverRefused } = trial
  const inBuffer = serverBufferLosses(trial)
  return [
    ['path', fates.lostForward + fates.lostReturn + fates.lostUnknown + fates.lostServerBuffer - inBuffer],
    ['serverBuffer', inBuffer],
    ['serverCap', Math.max(0, fates.lostServerPolicy - serverRefused)],
    ['serverRefusals', Math.min(serverRefused, fates.lostServerPolicy)],
    ['clientBuffer', fates.lostClientBuffer],
    ['ownQueue', refusedHere],
    ['ownFirewall', forbiddenHere],
    ['refused', Math.max(0, fates.refused - refusedHere - forbiddenHere)],
    ['unreachable', fates.unreachable],
  ]
}

/**
 * Losses in the server's receive buffer. The ledger assigns none if the drop counter of the socket exceeds the losses, because then unknown
 * datagrams were dropped too (docs/ledger.md, Evidence). Here a counter that explains nearly all of them is enough.
 */
export function serverBufferLosses({ fates, serverDrops = 0 }: TrialEvidence): number {
  const possible = fates.lostServerBuffer + fates.lostForward + fates.lostUnknown
  return serverDrops >= LEAST_EXPLAINED * possible ? possible : fates.lostServerBuffer
}

export function lossRatio({ fates }: TrialEvidence): number {
  const scheduled = scheduledCount(fates)
  return scheduled === 0 ? 0 : lossCount(fates) / scheduled
}
