import { batchLength, batchMargin, blockBounds, blockMeans } from './batches.ts'
import { Z95, type Estimate } from './estimate.ts'
import { Moments } from './moments.ts'
import { percentileRank } from './percentile.ts'

/**
 * The percentile `p` of delays in sending order, with its 95 % confidence interval. Its bounds are two of the delays, found by the uncertainty
 * of the share of delays up to a limit: that of independent samples (the sign test; Conover, Practical Nonparametric Statistics, 3.2) or that
 * of batches, whichever is larger, because one long stall that slows many neighbors is one event. If the delays are correlated for too long for
 * batches, the interval is that of `unresolved`. Undefined for no samples.
 */
export function percentileEstimate(delays: Float64Array, p: number): Estimate | undefined {
  const count = delays.length
  if (count === 0) return undefined
  const sorted = delays.toSorted()
  const rank = percentileRank(p, count)
  const at = (one: number): number => sorted[one - 1] ?? Infinity
  const sharesUpTo = shareCounter(delays)
  const value = at(rank)
  const length = batchLength(sharesUpTo(value))
  if (length === undefined) return unresolved(value, at(1), at(count))
  const inBatches = (limit: number): number => batchMargin(sharesUpTo(limit), length)
  const least = Math.max(independentMargin(p, count), inBatches(value))
  /** The margin of the share of delays up to this limit. */
  const margin = (limit: number): number => Math.max(least, inBatches(limit))
  const below = lastRank(0, rank, one => one / count + margin(at(one)) < p)
  const above = lastRank(rank - 1, count, one => one / count - margin(at(one)) < p) + 1
  return { value, low: below === 0 ? 0 : at(below), high: at(above) }
}

/** Returns a function that gives the share of the delays up to a limit in each block. */
function shareCounter(delays: Float64Array): (limit: number) => number[] {
  const bounds = blockBounds(delays.length)
  const blocks = bounds.slice(1).map((to, block) => delays.slice(bounds[block], to).toSorted())
  return limit => blocks.map(block => lastRank(0, block.length, rank => (block[rank - 1] ?? 0) <= limit) / block.length)
}

/**
 * The interval of a figure of a series that is correlated for most of its length: its values cover only part of the spread of the process, so
 * the interval extends beyond them by their range, on either side.
 */
function unresolved(value: number, smallest: number, largest: number): Estimate {
  const range = largest - smallest
  return { value, low: Math.max(0, smallest - range), high: largest + range }
}

/** The last rank for which `holds` is true; it is true up to some rank and false beyond, and true for `from`. */
function lastRank(from: number, to: number, holds: (rank: number) => boolean): number {
  let [yes, no] = [from, to + 1]
  while (no - yes > 1) {
    const middle = Math.floor((yes + no) / 2)
    if (holds(middle)) yes = middle
    else no = middle
  }
  return yes
}

/** The margin of the share of independent samples up to the percentile `p`. */
function independentMargin(p: number, count: number): number {
  return Z95 * Math.sqrt((p * (1 - p)) / count)
}

/**
 * The same if only some percentiles of the samples are known: the bounds move outward to the next known one, so they are valid for every
 * distribution. `known` goes from ratio 0 (the smallest) to 1 (the largest). `perMs`: delays measured in a millisecond; a delay that exceeds
 * the smallest by n ms counts as one event of n × `perMs` neighbors. Undefined if `p` is not among the known.
 */
export function knownPercentileEstimate(
  known: readonly (readonly [ratio: number, delay: number])[],
  count: number,
  p: number,
  perMs: number,
): Estimate | undefined {
  const value = known.find(([ratio]) => ratio === p)?.[1]
  const smallest = known[0]?.[1]
  if (value === undefined || smallest === undefined || count === 0) return undefined
  const margin = count * independentMargin(p, count / Math.max(1, (value - smallest) * perMs))
  const below = known.findLast(([ratio]) => percentileRank(ratio, count) < p * count - margin)
  const above = known.find(([ratio]) => percentileRank(ratio, count) >= p * count + margin)
  return { value, low: below?.[1] ?? 0, high: above?.[1] ?? Infinity }
}

/** The mean of values in time order. Two neighbors may share a sample, as in IPDV, so each value counts half. */
export function meanEstimate(values: Float64Array): Estimate | undefined {
  if (values.length < 2) return undefined
  const moments = new Moments()
  for (const value of values) moments.push(value)
  const { mean } = moments
  const blocks = blockMeans(values.length, index => values[index] ?? 0)
  const length = batchLength(blocks)
  if (length === undefined) return unresolved(mean, moments.min, moments.max)
  const independent = Z95 * (moments.stddev ?? 0) * Math.sqrt(2 / values.length)
  const margin = Math.max(independent, batchMargin(blocks, length))
  return { value: mean, low: Math.max(0, mean - margin), high: mean + margin }
}

/**
 * Mean |IPDV| if only the standard deviation of the delays is known: the standard deviation of |x − y| is at most twice theirs (its mean square
 * is at most four variances), and neighbors share a sample.
 */
export function knownVariationEstimate(mean: number, stddev: number, count: number): Estimate | undefined {
  if (count < 2) return undefined
  const margin = Z95 * 2 * stddev * Math.sqrt(2 / count)
  return { value: mean, low: Math.max(0, mean - margin), high: mean + margin }
}
