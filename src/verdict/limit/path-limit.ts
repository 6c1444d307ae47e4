import { agreedFit, isSameRate, type AgreedFit } from './agreed-fit.ts'
import { countedUnit, sizedFits } from './counted-unit.ts'
import type { Limit, TrialEvidence } from './limit.ts'
import type { PathTrials } from './path-trials.ts'
import { fittedLimit } from './fitted-limit.ts'
import { growingQueue } from './growing-queue.ts'
import { slowServer, withoutLine } from './without-line.ts'

/** The limit of the path, or the queue of our own interface, by the lines on which losses lie and by growing queues. */
export function pathLimit(trials: PathTrials): Limit {
  const agreed = smallest(trials.own)
  if (agreed === undefined) return growingQueue(trials) ?? slowServer(trials) ?? withoutLine(trials)
  const { fit, trial } = agreed
  const sized = { fit, packetBytes: trial.packetBytes, size: trial.size }
  return fittedLimit(agreed, countedUnit(sized, sizedFits(trials.others, fit.direction)), trials)
}

/**
 * The limit with the smallest rate. The directions are compared in this order: of two equal limits the first protects the other, and one whose
 * direction is proved says more.
 */
function smallest(trials: readonly TrialEvidence[]): AgreedFit | undefined {
  let least: AgreedFit | undefined
  for (const direction of ['forward', 'return', 'roundTrip'] as const) {
    const agreed = agreedFit(trials, direction)
    if (agreed === undefined) continue
    const isSmaller = least === undefined || agreed.fit.bytesPerSecond < least.fit.bytesPerSecond
    if (isSmaller && (least === undefined || !isSameRate(agreed.fit, least.fit))) least = agreed
  }
  return least
}
