import { greatest, least } from '../../base/extremes.ts'
import { formatRate } from '../../base/rate.ts'
import type { ResultRate, ResultTrial } from '../../verdict/result.ts'

/** Trials of steady rates: by size as in the Result, sizes that were tried for comparison last, and by offered rate. */
export function trialsByRate({ trials, sizes }: ResultRate): readonly ResultTrial[] {
  const order = sizes.map(({ size }) => size)
  const place = ({ size }: ResultTrial): number => (order.includes(size) ? order.indexOf(size) : order.length)
  return trials
    .filter(({ purpose }) => purpose !== 'burst')
    .toSorted((a, b) => place(a) - place(b) || a.size - b.size || a.pps - b.pps)
}

/** Trials of bursts, by size as in the Result and by length. */
export function burstTrials({ trials }: ResultRate): readonly ResultTrial[] {
  return trials
    .filter(({ purpose }) => purpose === 'burst')
    .toSorted((a, b) => a.size - b.size || (a.burst ?? 0) - (b.burst ?? 0))
}

/** The larger queue of both directions, ms. Undefined: none was observed. */
export function queueOf({ queueForwardMs, queueReturnMs }: ResultTrial): number | undefined {
  if (queueForwardMs === undefined) return queueReturnMs
  return queueReturnMs === undefined ? queueForwardMs : Math.max(queueForwardMs, queueReturnMs)
}

/** CoDel accepts a standing queue of this length (its TARGET, RFC 8289), ms. */
const SHORT_QUEUE = 5

/** The delays that a chart shows, and the largest value of their axis, ms. */
export interface DelayMeasure {
  readonly isQueue: boolean
  /** Undefined: not observed in this trial. */
  readonly read: (trial: ResultTrial) => number | undefined
  /** At least 5 ms, so that a chart without a queue does not look like one with. */
  readonly most: number
}

/** The queues of these trials; if none was observed, how much the median round trip is above the smallest median. */
export function delayMeasure(trials: ResultRate['trials']): DelayMeasure {
  const isQueue = trials.some(trial => queueOf(trial) !== undefined)
  const rest = least(trials.map(({ rttP50Ms = Infinity }) => rttP50Ms))
  const growth = ({ rttP50Ms }: ResultTrial): number | undefined => rttP50Ms && rttP50Ms - rest
  const read = isQueue ? queueOf : growth
  return { isQueue, read, most: Math.max(SHORT_QUEUE, greatest(trials.map(trial => read(trial) ?? 0))) }
}

/** Scheduled probes of a trial. */
export function scheduledIn({ fates }: ResultTrial): number {
  return Object.values(fates).reduce<number>((sum, count) => sum + (count ?? 0), 0)
}

/** A rate as payload bits: `10.2 Mbit/s`. */
export function payloadRate(pps: number, size: number): string {
  return formatRate({ unit: 'bits', perSecond: pps * size * 8 })
}

/** Words for why a trial was run. */
export const PURPOSES: Readonly<Record<ResultTrial['purpose'], string>> = {
  ramp: 'ramp',
  overload: 'overload',
  narrow: 'narrow',
  otherSize: 'other size',
  burst: 'burst',
}
