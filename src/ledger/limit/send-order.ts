/**
 * The numbers 0…count−1 in ascending order of their times; equal times keep their order. Linear for times that are spread over the run, as
 * those of datagrams are. Undefined: they are in order already.
 */
export function orderOf(times: Float64Array): Uint32Array | undefined {
  const { length } = times
  let [least, most, isOrdered] = [Infinity, -Infinity, true]
  for (let i = 0; i < length; i++) {
    const time = times[i] ?? 0
    if (time < most) isOrdered = false
    if (time < least) least = time
    if (time > most) most = time
  }
  if (isOrdered) return undefined
  const scale = (length - 1) / (most - least)
  const bucketOf = (i: number): number => Math.floor(((times[i] ?? 0) - least) * scale)
  const starts = new Uint32Array(length + 1)
  for (let i = 0; i < length; i++) {
    const after = bucketOf(i) + 1
    starts[after] = (starts[after] ?? 0) + 1
  }
  for (let i = 1; i <= length; i++) starts[i] = (starts[i] ?? 0) + (starts[i - 1] ?? 0)
  const order = new Uint32Array(length)
  const next = starts.slice(0, length)
  for (let i = 0; i < length; i++) {
    const bucket = bucketOf(i)
    order[next[bucket] ?? 0] = i
    next[bucket] = (next[bucket] ?? 0) + 1
  }
  for (let bucket = 0; bucket < length; bucket++) {
    const [from, to] = [starts[bucket] ?? 0, starts[bucket + 1] ?? 0]
    if (to - from < 2) continue
    const sorted = order.subarray(from, to).toSorted((a, b) => (times[a] ?? 0) - (times[b] ?? 0) || a - b)
    order.set(sorted, from)
  }
  return order
}

/** The values in this order. */
export function ordered<T extends Float64Array | Uint8Array>(values: T, order: Uint32Array | undefined): T {
  if (order === undefined) return values
  const result = values.slice() as T
  for (let i = 0; i < order.length; i++) result[i] = values[order[i] ?? 0] ?? 0
  return result
}
