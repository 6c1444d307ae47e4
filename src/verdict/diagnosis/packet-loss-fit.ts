import type { SizeRecord } from './sizes.ts'

/** Least likelihood ratio of the fit: twenty to one. */
const CONVINCING = 20
/** Steps of the search: more than the precision of a double needs. */
const STEPS = 100
/** Upper bound of the exponent: a partial loss per packet is below 1−e^−10. */
const WIDEST = 10

export interface PacketLossFit {
  /** Per packet and round trip. */
  readonly packetLoss: number
  readonly smallest: SizeRecord
  readonly largest: SizeRecord
  /** Likelihood of the fit divided by that of one loss rate for all sizes. */
  readonly likelihoodRatio: number
}

/**
 * The packet loss that best explains the loss of each size, if a datagram of n packets is lost with any of them: 1−(1−p)^n, by maximum
 * likelihood. Undefined if one loss rate for all sizes explains it about as well.
 */
export function bestFit(records: readonly SizeRecord[]): PacketLossFit | undefined {
  const [smallest, largest] = [records[0], records.at(-1)]
  if (smallest === undefined || largest === undefined || smallest.packets === largest.packets) return undefined
  const lost = records.reduce((sum, { vanished }) => sum + vanished, 0)
  const all = records.reduce((sum, { scheduled }) => sum + scheduled, 0)
  if (lost === 0 || lost === all) return undefined
  // With q = −ln(1−p) the likelihood is concave, so ternary search works.
  let [low, high] = [0, WIDEST]
  for (let step = 0; step < STEPS; step++) {
    const third = (high - low) / 3
    if (logLikelihood(records, low + third) < logLikelihood(records, high - third)) low += third
    else high -= third
  }
  const q = (low + high) / 2
  const alike = lost * Math.log(lost / all) + (all - lost) * Math.log(1 - lost / all)
  const likelihoodRatio = Math.exp(Math.min(700, logLikelihood(records, q) - alike))
  return likelihoodRatio < CONVINCING ? undefined : { packetLoss: -Math.expm1(-q), smallest, largest, likelihoodRatio }
}

function logLikelihood(records: readonly SizeRecord[], q: number): number {
  let sum = 0
  for (const { scheduled, vanished, packets } of records) {
    if (vanished > 0) sum += vanished * Math.log(-Math.expm1(-packets * q))
    sum -= (scheduled - vanished) * packets * q
  }
  return sum
}
