import { batchLength, batchMargin, blockBounds, blockMeans } from './batches.ts'
import { Z95, type Estimate } from './estimate.ts'
import { Moments } from './moments.ts'
import { percentileRank } from './percentile.ts'

/**
 * The percentile `p` of delays in sending order, with its interval between two of the delays: the largest of which too few are as small,
 * and the smallest of which enough are, for the percentile to lie beyond it. The uncertainty of the share of delays up to a limit is that
 * of independent samples (the sign test; Conover, Practical Nonparametric Statistics, 3.2) or that of batches, whichever is larger: one
 * long stall that makes many neighbours slow is one event. Where the delays are correlated for too long a time for batches, the interval
 * is that of `unresolved`. Undefined for no samples.
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
  const least = Math.max(aloneMargin(p, count), inBatches(value))
  /** By how much the share of delays up to this one may be wrong. */
  const margin = (limit: number): number => Math.max(least, inBatches(limit))
  const below = lastRank(0, rank, one => one / count + margin(at(one)) < p)
  const above = lastRank(rank - 1, count, one => one / count - margin(at(one)) < p) + 1
  return { value, low: below === 0 ? 0 : at(below), high: at(above) }
}

/** Gives the share of the delays up to a limit in each block of a series. */
function shareCounter(delays: Float64Array): (limit: number) => number[] {
  const bounds = blockBounds(delays.length)
  const blocks = bounds.slice(1).map((to, block) => delays.slice(bounds[block], to).toSorted())
  return limit => blocks.map(block => lastRank(0, block.length, rank => (block[rank - 1] ?? 0) <= limit) / block.length)
}

/**
 * The interval of a figure of a series that is correlated for most of its length: its values show the whole spread of the process only in
 * part, so the interval reaches beyond them by their range, on either side.
 */
function unresolved(value: number, smallest: number, largest: number): Estimate {
  const range = largest - smallest
  return { value, low: Math.max(0, smallest - range), high: largest + range }
}

/** The last rank for which something holds that holds up to some rank and not beyond; `from` holds. */
function lastRank(from: number, to: number, holds: (rank: number) => boolean): number {
  let [yes, no] = [from, to + 1]
  while (no - yes > 1) {
    const middle = Math.floor((yes + no) / 2)
    if (holds(middle)) yes = middle
    else no = middle
  }
  return yes
}

/** By how much the share of independent samples up to the percentile `p` may differ from it. */
function aloneMargin(p: number, count: number): number {
  return Z95 * Math.sqrt((p * (1 - p)) / count)
}

/**
 * The same where only some percentiles are left of the samples: the bounds move outward to the next one that is known, so they hold
 * whatever the distribution. `known` goes from ratio 0 (the smallest) to 1 (the largest). `perMs`: delays measured in a millisecond; a
 * delay that is longer than the smallest by some of them was met by so many neighbours, as one event. Undefined if `p` is not among them.
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
  const margin = count * aloneMargin(p, count / Math.max(1, (value - smallest) * perMs))
  const below = known.findLast(([ratio]) => percentileRank(ratio, count) < p * count - margin)
  const above = known.find(([ratio]) => percentileRank(ratio, count) >= p * count + margin)
  return { value, low: below?.[1] ?? 0, high: above?.[1] ?? Infinity }
}

/** The mean of values in the order of time. Two neighbours may share a sample, as those of IPDV do, so they count for half. */
export function meanEstimate(values: Float64Array): Estimate | undefined {
  if (values.length < 2) return undefined
  const moments = new Moments()
  for (const value of values) moments.push(value)
  const { mean } = moments
  const blocks = blockMeans(values.length, index => values[index] ?? 0)
  const length = batchLength(blocks)
  if (length === undefined) return unresolved(mean, moments.min, moments.max)
  const alone = Z95 * (moments.stddev ?? 0) * Math.sqrt(2 / values.length)
  const margin = Math.max(alone, batchMargin(blocks, length))
  return { value: mean, low: Math.max(0, mean - margin), high: mean + margin }
}

/**
 * Mean |IPDV| where only the standard deviation of the delays is left: |x − y| deviates by at most twice theirs (its mean square is at
 * most four variances), and neighbours share a sample.
 */
export function knownVariationEstimate(mean: number, stddev: number, count: number): Estimate | undefined {
  if (count < 2) return undefined
  const margin = Z95 * 2 * stddev * Math.sqrt(2 / count)
  return { value: mean, low: Math.max(0, mean - margin), high: mean + margin }
}
