import type { ResultDelay } from '../../verdict/result.ts'
import { block } from '../text/sparkline.ts'

/** Below this number of samples a histogram is not useful. */
export const FEWEST_FOR_HISTOGRAM = 20

/** One nanosecond: smaller differences do not count, and it keeps the logarithm of 0 finite. */
const TICK = 1e-6

/** Distribution of samples between the smallest and the largest, in columns of equal ratio (a logarithmic axis). */
export interface Histogram {
  readonly minMs: number
  readonly maxMs: number
  /** Samples per column. Fractional if they come from percentiles. */
  readonly counts: readonly number[]
}

/** The histogram of samples. Values that are not finite or below 0 are ignored. Undefined if all are equal. */
export function sampleHistogram(samples: readonly number[], columns: number): Histogram | undefined {
  let minMs = Infinity
  let maxMs = 0
  for (const sample of samples) {
    if (!counts(sample)) continue
    minMs = Math.min(minMs, sample)
    maxMs = Math.max(maxMs, sample)
  }
  if (!(maxMs - minMs > TICK) || columns < 2) return undefined
  const axis = logarithmic(minMs, maxMs, columns)
  const filled = Array.from({ length: columns }, () => 0)
  for (const sample of samples) {
    if (!counts(sample)) continue
    const column = Math.min(columns - 1, Math.floor(axis(sample)))
    filled[column] = (filled[column] ?? 0) + 1
  }
  return { minMs, maxMs, counts: filled }
}

/** A histogram from percentiles: between two of them the samples are spread evenly. */
export function percentileHistogram(delay: ResultDelay, columns: number): Histogram | undefined {
  const { minMs, maxMs } = delay
  if (!(maxMs - minMs > TICK) || columns < 2 || minMs < 0) return undefined
  const axis = logarithmic(minMs, maxMs, columns)
  const filled = Array.from({ length: columns }, () => 0)
  const steps = [
    [minMs, delay.p50Ms, 0.5],
    [delay.p50Ms, delay.p90Ms, 0.4],
    [delay.p90Ms, delay.p95Ms, 0.05],
    [delay.p95Ms, delay.p99Ms, 0.04],
    [delay.p99Ms, delay.p999Ms, 0.009],
    [delay.p999Ms, maxMs, 0.001],
  ] as const
  for (const [from, to, share] of steps) {
    spread(filled, axis(from), axis(to), share * delay.count)
  }
  return { minMs, maxMs, counts: filled }
}

/** A histogram as a row of blocks; a column with a sample is never empty. */
export function histogramBlocks(histogram: Histogram): string {
  const top = Math.max(...histogram.counts)
  return histogram.counts.map(count => (count > 0 ? block(count / top) : ' ')).join('')
}

function counts(sample: number): boolean {
  return Number.isFinite(sample) && sample >= 0
}

/** Maps a value to the axis: 0 is the smallest, `columns` the largest. */
function logarithmic(minMs: number, maxMs: number, columns: number): (ms: number) => number {
  const from = Math.log(minMs + TICK)
  const scale = columns / (Math.log(maxMs + TICK) - from)
  return ms => Math.max(0, (Math.log(ms + TICK) - from) * scale)
}

function spread(filled: number[], from: number, to: number, amount: number): void {
  const last = filled.length - 1
  if (to - from < 1e-9) {
    const column = Math.min(last, Math.floor(from))
    filled[column] = (filled[column] ?? 0) + amount
    return
  }
  for (let column = Math.floor(from); column <= last && column < to; column++) {
    const part = Math.min(to, column + 1) - Math.max(from, column)
    filled[column] = (filled[column] ?? 0) + (amount * Math.max(0, part)) / (to - from)
  }
}
