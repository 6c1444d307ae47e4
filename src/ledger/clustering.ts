import { batchLength, batchMargin, blockMeans } from './batches.ts'
import { Z95 } from './estimate.ts'

/**
 * The design effect, 1 or more: this many neighbors of a series of 0 and 1 determine its mean as precisely as one independent value (Rao and
 * Scott 1992), from the spread of batches. The length of the series if it is correlated for most of its length. Undefined if all values are
 * equal.
 */
export function clusteringOf(series: Uint8Array): number | undefined {
  const count = series.length
  const share = series.reduce((sum, one) => sum + one, 0) / count
  if (!(share > 0 && share < 1)) return undefined
  const blocks = blockMeans(count, index => series[index] ?? 0)
  const length = batchLength(blocks)
  if (length === undefined) return count
  const variance = (batchMargin(blocks, length) / Z95) ** 2
  return Math.min(count, Math.max(1, (variance * count) / (share * (1 - share))))
}
