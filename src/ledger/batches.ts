import { student95 } from './student.ts'

/** Maximum number of equal blocks of a series; each value of a shorter series is a block. */
const MOST_BLOCKS = 256
/** Neighbors with a correlation below this count as independent. */
const UNCORRELATED = 0.2
/** In n independent values the correlation of neighbors exceeds 2.6/√n once in two hundred times. */
const BY_CHANCE = 2.6
/** Length of a batch in units of the time in which the correlation falls below the limit. */
const BATCH_TIMES = 4
/** The correlation is tested with this many blocks joined, as long as that leaves enough of them. */
const JOINED = [1, 4, 8] as const
const FEWEST_TESTED = 24
/** With fewer batches the estimate of their spread is too uncertain. */
const FEWEST_BATCHES = 6
const FEWEST_COARSE = 10

/** The first index of each block of a series of `count` values, and the end of the last block. */
export function blockBounds(count: number): readonly number[] {
  const blocks = Math.min(count, MOST_BLOCKS)
  return Array.from({ length: blocks + 1 }, (_, block) => Math.floor((block * count) / blocks))
}

/** The mean of each block of a series in time order. */
export function blockMeans(count: number, value: (index: number) => number): number[] {
  const bounds = blockBounds(count)
  return Array.from({ length: bounds.length - 1 }, (_, block) => {
    const [from = 0, to = 0] = [bounds[block], bounds[block + 1]]
    let sum = 0
    for (let index = from; index < to; index++) sum += value(index)
    return sum / (to - from)
  })
}

/**
 * The number of blocks in a batch such that the means of batches are uncorrelated: a batch is four times as long as the time in which the
 * correlation of neighbors falls below 0.2. 1 if blocks are uncorrelated already; undefined if too few batches are left (batch means: Law and
 * Kelton, Simulation Modeling and Analysis, 9.5.3; a length that grows with the correlation: Fishman 1978). Joined blocks are tested too,
 * because noise hides a slow change in single ones.
 */
export function batchLength(blocks: readonly number[]): number | undefined {
  let longest = 1
  for (const joined of JOINED) {
    const count = Math.floor(blocks.length / joined)
    if (joined > 1 && count < FEWEST_TESTED) continue
    const lag = correlationTime(merged(blocks, count))
    if (lag > 1) longest = Math.max(longest, BATCH_TIMES * lag * joined)
  }
  return longest > 1 && blocks.length / longest < FEWEST_BATCHES ? undefined : longest
}

/** The first lag at which values are uncorrelated. */
function correlationTime(values: Float64Array): number {
  const moments = momentsOf(values)
  if (moments.variance === 0) return 1
  const limit = Math.max(UNCORRELATED, BY_CHANCE / Math.sqrt(values.length))
  let lag = 1
  while (lag < values.length && correlation(values, lag, moments) >= limit) lag += 1
  return lag
}

/**
 * The 95 % margin of the mean of the blocks, from the spread of the means of batches of `length` blocks. Longer batches are tried too, because
 * noise can hide a slow change in short ones: their margin is used if it is wider by more than its own standard error.
 */
export function batchMargin(blocks: readonly number[], length: number): number {
  let widest = spreadMargin(merged(blocks, Math.floor(blocks.length / length)))
  for (
    let batches = Math.floor(blocks.length / length / 2);
    batches >= FEWEST_COARSE;
    batches = Math.floor(batches / 2)
  ) {
    const margin = spreadMargin(merged(blocks, batches))
    widest = Math.max(widest, margin * (1 - 1 / Math.sqrt(2 * (batches - 1))))
  }
  return widest
}

function merged(blocks: readonly number[], batches: number): Float64Array {
  const means = new Float64Array(batches)
  for (let batch = 0; batch < batches; batch++) {
    const from = Math.floor((batch * blocks.length) / batches)
    const to = Math.floor(((batch + 1) * blocks.length) / batches)
    let sum = 0
    for (let block = from; block < to; block++) sum += blocks[block] ?? 0
    means[batch] = sum / (to - from)
  }
  return means
}

/** The margin of a mean from the spread of its batches, widened by the remaining correlation between neighbors. */
function spreadMargin(batches: Float64Array): number {
  const moments = momentsOf(batches)
  if (moments.variance === 0) return 0
  const count = batches.length
  // The correlation of a sample is biased low by about 1/count (Kendall and Stuart 48.3).
  const left = Math.max(0, correlation(batches, 1, moments) + 1 / count)
  const degrees = Math.max(FEWEST_BATCHES - 1, count - 1)
  return student95(degrees) * Math.sqrt((moments.variance / (count - 1)) * (1 + 2 * left))
}

interface SeriesMoments {
  readonly mean: number
  /** Of the sample, divided by its number of values. */
  readonly variance: number
}

function momentsOf(values: Float64Array): SeriesMoments {
  let sum = 0
  for (const value of values) sum += value
  const mean = sum / values.length
  let squares = 0
  for (const value of values) squares += (value - mean) ** 2
  const variance = squares / values.length
  return { mean, variance: variance > 1e-24 * mean ** 2 ? variance : 0 }
}

function correlation(values: Float64Array, lag: number, { mean, variance }: SeriesMoments): number {
  let sum = 0
  for (let index = lag; index < values.length; index++)
    sum += ((values[index] ?? 0) - mean) * ((values[index - lag] ?? 0) - mean)
  return sum / (values.length * variance)
}
