import type { LossPoints } from './loss-points.ts'
import { thinned } from './loss-points.ts'

/** Points that the search looks at, and pairs of points of each distance whose slopes it tries. */
const MOST_POINTS = 400
const PAIRS = 32

/**
 * The slope in bytes for each ns of the line that has the most points near it (random sample consensus, Fischler and Bolles 1981, but with pairs
 * chosen evenly and no randomness). Losses of other causes and periods in which the limit did not apply may be more than half of all.
 * @param tolerance of a slope: how far in bytes from the line a point may be
 */
export function searchSlope(all: LossPoints, tolerance: (slope: number) => number): number {
  const points = thinned(all, MOST_POINTS)
  const { count, at, passedBytes } = points
  const levels = new Float64Array(count)
  let [best, most] = [NaN, 0]
  for (let lag = Math.floor(count / 2); lag >= 4 || lag >= count / 4; lag = Math.floor(lag / 2)) {
    const step = Math.max(1, Math.floor((count - lag) / PAIRS))
    for (let i = 0; i + lag < count; i += step) {
      const slope = ((passedBytes[i + lag] ?? 0) - (passedBytes[i] ?? 0)) / ((at[i + lag] ?? 0) - (at[i] ?? 0))
      if (!(slope > 0 && slope < Infinity)) continue
      for (let n = 0; n < count; n++) levels[n] = (passedBytes[n] ?? 0) - slope * (at[n] ?? 0)
      const near = densest(levels.sort(), 2 * tolerance(slope)).count
      if (near > most) [best, most] = [slope, near]
    }
    if (lag <= 1) break
  }
  return best
}

/** The most values within a width, and their middle. */
export function densest(sorted: Float64Array, width: number): { readonly count: number; readonly middle: number } {
  let [from, count, start] = [0, 0, 0]
  for (let to = 0; to < sorted.length; to++) {
    while ((sorted[to] ?? 0) - (sorted[from] ?? 0) > width) from += 1
    if (to - from + 1 > count) [count, start] = [to - from + 1, from]
  }
  return { count, middle: sorted[start + (count >> 1)] ?? NaN }
}
