/** Neighbours in time are alike, so a run tells less than its samples would alone. Batch means show by how much. */
const BATCHES = 20
/** Below this a batch would have fewer than five samples, and its mean would say little. */
const FEWEST_SAMPLES = 5 * BATCHES
/** The 97.5 % point of Student's t with BATCHES − 1 = 19 degrees of freedom. */
const T95 = 2.093024054408263

/**
 * How far the mean of `values`, which are in the order of time, may be from the truth (95 %), by the spread of the means of twenty
 * batches (Law and Kelton, Simulation Modeling and Analysis, 9.5.3). 0 where there are too few values for that.
 */
export function batchMargin(count: number, value: (index: number) => number): number {
  if (count < FEWEST_SAMPLES) return 0
  const means = Array.from({ length: BATCHES }, (_, batch) => {
    const from = Math.floor((batch * count) / BATCHES)
    const to = Math.floor(((batch + 1) * count) / BATCHES)
    let sum = 0
    for (let index = from; index < to; index++) sum += value(index)
    return sum / (to - from)
  })
  const mean = means.reduce((sum, one) => sum + one, 0) / BATCHES
  const variance = means.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (BATCHES - 1)
  return T95 * Math.sqrt(variance / BATCHES)
}
