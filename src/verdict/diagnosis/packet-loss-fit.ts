import type { SizeRecord } from './sizes.ts'

/** So much likelier must the losses be with the fit than without: twenty to one. */
const CONVINCING = 20
/** Halvings of the interval in which the best exponent lies: more than a double can tell. */
const STEPS = 100
/** No loss per packet that is seen as a partial one is above 1−e^−10. */
const WIDEST = 10

export interface PacketLossFit {
  /** Of each packet, there and back. */
  readonly packetLoss: number
  readonly smallest: SizeRecord
  readonly largest: SizeRecord
  /** How much likelier the losses are so than if every datagram were lost alike. */
  readonly likelihoodRatio: number
}

/**
 * The loss of a single packet that explains best what was lost of each size, where a datagram of n packets is lost with any of them:
 * 1−(1−p)^n, by maximum likelihood. Undefined where one loss for all sizes explains it about as well.
 */
export function bestFit(records: readonly SizeRecord[]): PacketLossFit | undefined {
  const [smallest, largest] = [records[0], records.at(-1)]
  if (smallest === undefined || largest === undefined || smallest.packets === largest.packets) return undefined
  const lost = records.reduce((sum, { vanished }) => sum + vanished, 0)
  const all = records.reduce((sum, { scheduled }) => sum + scheduled, 0)
  if (lost === 0 || lost === all) return undefined
  // With q = −ln(1−p) the likelihood is concave, so thirds of the interval can be thrown away.
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
