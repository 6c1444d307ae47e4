import { batchLength, batchMargin, blockMeans } from './batches.ts'
import { Z95 } from './estimate.ts'

/**
 * How many neighbours of a series of 0 and 1 give as much certainty about its mean as one that is independent: the design effect, 1 or
 * more (Rao and Scott 1992), by the spread of batches. The length of the series where it is correlated for most of that. Undefined for
 * a series of one value only.
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
