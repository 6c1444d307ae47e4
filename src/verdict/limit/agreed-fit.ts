import type { LimitFit } from '../../ledger/limit/limit-fit.ts'
import type { TrialEvidence } from './limit.ts'

/** Fewer losses show no line. */
const LEAST_EXPLAINED = 5
/** Losses that lie on the line, for each that does not. */
const LEAST_SHARE = 4
/** Above this relative error a rate says little. */
const MOST_ERROR = 0.1
/** Relative difference between two trials of one limit besides their errors: cross traffic, and the bytes of whole packets. */
const DRIFT = 0.03

/** Whether a fit is more than chance. */
export function isCredible({ explained, unexplained, error, bytesPerSecond, offered }: LimitFit): boolean {
  return (
    explained >= LEAST_EXPLAINED &&
    explained >= LEAST_SHARE * unexplained &&
    error <= MOST_ERROR &&
    bytesPerSecond > 0 &&
    bytesPerSecond < offered
  )
}

/** The best fit of one direction over several trials of one size. */
export interface AgreedFit {
  readonly fit: LimitFit
  readonly trial: TrialEvidence
  /** Number of trials that show the same rate, the best one included, and of those that show another. */
  readonly agreeing: number
  readonly contradicting: number
  /** The smallest and largest fitted rate, IP bytes a second. */
  readonly least: number
  readonly most: number
  /** Whether a queue is in front of the limit; undefined: not known, or the trials disagree. */
  readonly isQueue: boolean | undefined
  /** Bytes and packets above the rate that passed after a pause. */
  readonly depthBytes: number | undefined
  readonly depthPackets: number | undefined
}

/** Undefined: no trial has a credible fit. The order of the trials does not matter. */
export function agreedFit(trials: readonly TrialEvidence[], direction: LimitFit['direction']): AgreedFit | undefined {
  const fits = trials
    .flatMap(trial =>
      trial.fits.filter(fit => fit.direction === direction && isCredible(fit)).map(fit => ({ fit, trial })),
    )
    .toSorted((a, b) => a.fit.error - b.fit.error || b.fit.explained - a.fit.explained || b.fit.offered - a.fit.offered)
  const [best] = fits
  if (best === undefined) return undefined
  const same = fits.filter(({ fit }) => isSameRate(fit, best.fit)).map(({ fit }) => fit)
  const rates = fits.map(({ fit }) => fit.bytesPerSecond)
  return {
    ...best,
    agreeing: same.length,
    contradicting: fits.length - same.length,
    least: Math.min(...rates),
    most: Math.max(...rates),
    isQueue: queueOf(same),
    // A bucket that was not full at first gives a smaller depth.
    depthBytes: greatest(same.map(({ depthBytes }) => depthBytes)),
    depthPackets: greatest(same.map(({ depthPackets }) => depthPackets)),
  }
}

export function isSameRate(a: LimitFit, b: LimitFit): boolean {
  const difference = Math.abs(a.bytesPerSecond - b.bytesPerSecond)
  return difference <= (a.error + b.error + DRIFT) * Math.max(a.bytesPerSecond, b.bytesPerSecond)
}

/** What four of five losses agree on. */
function queueOf(fits: readonly LimitFit[]): boolean | undefined {
  let [queue, none] = [0, 0]
  for (const { isQueue, explained } of fits) {
    if (isQueue === true) queue += explained
    else if (isQueue === false) none += explained
  }
  if (queue > LEAST_SHARE * none) return true
  return none > LEAST_SHARE * queue ? false : undefined
}

function greatest(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter(value => value !== undefined)
  return known.length === 0 ? undefined : Math.max(...known)
}
