import { Z95 as Z, type Estimate } from './estimate.ts'

/**
 * The 95 % score interval of a ratio (Wilson 1927): the true ratios that are consistent with `losses` of `total`. Unlike the textbook p ± z·σ
 * it stays inside 0 to 1 and is meaningful for 0 of 10. Undefined for an empty sample.
 */
export function wilson95(losses: number, total: number): [number, number] | undefined {
  if (!(total > 0)) return undefined
  const ratio = losses / total
  const weight = (Z * Z) / total
  const centre = (ratio + weight / 2) / (1 + weight)
  const half = Math.sqrt(weight * (ratio * (1 - ratio) + weight / 4)) / (1 + weight)
  // The bound is exactly 0 (or 1) here; rounding would give a slightly different value.
  return [losses <= 0 ? 0 : Math.max(0, centre - half), losses >= total ? 1 : Math.min(1, centre + half)]
}

/**
 * The share `count` of `total`, with its Wilson interval. `clustering` is the design effect, 1 or more: this many neighbors carry as much
 * information as one independent sample, so both counts are divided by it (Rao and Scott 1992). Undefined for an empty sample.
 */
export function shareEstimate(count: number, total: number, clustering = 1): Estimate | undefined {
  const interval = wilson95(count / clustering, total / clustering)
  if (interval === undefined) return undefined
  return { value: count / total, low: interval[0], high: interval[1] }
}
