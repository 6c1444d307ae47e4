import { batchMargin } from './batches.ts'
import { Z95, type Estimate } from './estimate.ts'
import { Moments } from './moments.ts'
import { percentileRank } from './percentile.ts'

/**
 * The percentile `p` of delays in sending order, with its interval between two of the delays (Woodruff 1952): the share below it is
 * known to a margin, and the delays at both ends of that share are the bounds. The margin is that of independent samples or that of
 * twenty batches, whichever is wider. Undefined for no samples.
 */
export function percentileEstimate(delays: Float64Array, p: number): Estimate | undefined {
  const count = delays.length
  if (count === 0) return undefined
  const sorted = delays.toSorted()
  const value = sorted[percentileRank(p, count) - 1] ?? 0
  const batches = batchMargin(count, index => ((delays[index] ?? 0) <= value ? 1 : 0))
  const { low, high } = rankBounds(p, count, batches)
  return { value, low: low < 1 ? 0 : (sorted[low - 1] ?? 0), high: sorted[high - 1] ?? Infinity }
}

/** The share, or rank, at both ends of the interval; below 1 and above `count` there is no delay that could be the bound. */
function rankBounds(p: number, count: number, batches = 0): { readonly low: number; readonly high: number } {
  const margin = count * Math.max(batches, Z95 * Math.sqrt((p * (1 - p)) / count))
  return { low: Math.floor(p * count - margin), high: Math.ceil(p * count + margin) }
}

/**
 * The same where only some percentiles are left of the samples: the bounds move outward to the next one that is known, so they hold
 * whatever the distribution. `known` goes from ratio 0 (the smallest) to 1 (the largest). Undefined if `p` is not among them.
 */
export function knownPercentileEstimate(
  known: readonly (readonly [ratio: number, delay: number])[],
  count: number,
  p: number,
): Estimate | undefined {
  const value = known.find(([ratio]) => ratio === p)?.[1]
  if (value === undefined || count === 0) return undefined
  const { low, high } = rankBounds(p, count)
  const below = known.findLast(([ratio]) => percentileRank(ratio, count) <= low)
  const above = known.find(([ratio]) => percentileRank(ratio, count) >= high)
  return { value, low: below?.[1] ?? 0, high: above?.[1] ?? Infinity }
}

/** The mean of values in the order of time. Two neighbours may share a sample, as those of IPDV do, so they count for half. */
export function meanEstimate(values: Float64Array): Estimate | undefined {
  if (values.length < 2) return undefined
  const moments = new Moments()
  for (const value of values) moments.push(value)
  const alone = Z95 * (moments.stddev ?? 0) * Math.sqrt(2 / values.length)
  const margin = Math.max(
    alone,
    batchMargin(values.length, index => values[index] ?? 0),
  )
  return { value: moments.mean, low: Math.max(0, moments.mean - margin), high: moments.mean + margin }
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
