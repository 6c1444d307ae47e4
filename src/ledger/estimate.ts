/** A figure of a run with its 95 % confidence interval from `low` to `high`. A bound that needs more samples is infinite. */
export interface Estimate {
  readonly value: number
  readonly low: number
  readonly high: number
}

/** The 97.5 % point of the normal distribution: 2.5 % on either side are outside. */
export const Z95 = 1.959963984540054

/**
 * `b − factor × a` of two independent estimates, with its 95 % interval: the bounds of the parts are recovered as variances and
 * added (MOVER; Zou and Donner 2008). With Wilson bounds and a factor of 1 it is Newcombe's interval of the difference of two
 * ratios (1998, method 10).
 */
export function scaledDifference(a: Estimate, b: Estimate, factor: number): Estimate {
  const value = b.value - factor * a.value
  return {
    value,
    low: value - Math.hypot(b.value - b.low, factor * (a.high - a.value)),
    high: value + Math.hypot(b.high - b.value, factor * (a.value - a.low)),
  }
}
