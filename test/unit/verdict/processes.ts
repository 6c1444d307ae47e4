import type { Random } from '../../../src/base/random.ts'

/** A sample of the standard normal distribution (Box and Muller 1958). */
export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next())
}

/** Samples of a stationary AR(1) process of unit variance: neighbors have the correlation `phi`. */
export function autoregressive(random: Random, phi: number): () => number {
  let state = normal(random)
  return () => (state = phi * state + Math.sqrt(1 - phi * phi) * normal(random))
}

/** Makes the delays of a run of this many probes, ms; NaN: lost. */
export type Process = (random: Random, probes: number) => number[]

/** Delays of a log-normal distribution around 10 ms whose logarithm is an AR(1) process. */
export function correlatedDelays(phi: number, spread: number): Process {
  return (random, probes) => {
    const next = autoregressive(random, phi)
    return Array.from({ length: probes }, () => 10 * Math.exp(spread * next()))
  }
}

/** Losses of Gilbert's model: a good state without loss, left with probability `p`, and a bad one, left with `r`. */
export function gilbertLosses(p: number, r: number, lostInBad = 1): Process {
  return (random, probes) => {
    let bad = random.next() < p / (p + r)
    return Array.from({ length: probes }, () => {
      if (random.next() < (bad ? r : p)) bad = !bad
      const isLost = bad && random.next() < lostInBad
      return isLost ? NaN : 10 + Math.abs(normal(random))
    })
  }
}

/** Every `period` probes, from a random one on, a stall: `length` replies wait for its end, the first of them `ms`. */
export function stalls(period: number, length: number, ms: number): Process {
  return (random, probes) => {
    const phase = random.integer(period)
    return Array.from({ length: probes }, (_, probe) => {
      const since = (probe + phase) % period
      return 1 + 0.1 * random.next() + (since < length ? ms * (1 - since / length) : 0)
    })
  }
}

/** Independent normal delays, with independent losses. */
export function independent(mean: number, spread: number, loss = 0): Process {
  return (random, probes) =>
    Array.from({ length: probes }, () =>
      random.next() < loss ? NaN : Math.max(mean / 10, mean + spread * normal(random)),
    )
}
