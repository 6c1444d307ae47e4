/** Number of sizes tried at once between two: seven reduce the gap to an eighth, and a round costs a timeout, not datagrams. */
const SECTIONS = 7
/** A size limit does not have so many edges: a path that loses by another rule than size would be bisected forever. */
const MAX_EDGES = 16

/**
 * The sizes to try next, smallest first: up to seven evenly spaced ones between each two neighbors of which one was carried and the other was
 * not. Empty: every edge is known to the byte, or there are so many that size is not the cause.
 * @param tried whether a size was carried, for every size that was tried
 */
export function sizesBetween(tried: ReadonlyMap<number, boolean>): number[] {
  const sizes = [...tried.keys()].toSorted((a, b) => a - b)
  const edges = sizes.flatMap((size, index) => {
    const next = sizes[index + 1]
    return next === undefined || tried.get(size) === tried.get(next) ? [] : [[size, next] as const]
  })
  return edges.length > MAX_EDGES ? [] : edges.flatMap(([size, next]) => sections(size, next))
}

/** Up to seven integers between these two, evenly spaced; all of them if there are no more. */
export function sections(low: number, high: number, most = SECTIONS): number[] {
  const inside = high - low - 1
  if (inside <= 0) return []
  const count = Math.min(inside, most)
  return Array.from({ length: count }, (_, n) => low + Math.round(((n + 1) * (inside + 1)) / (count + 1)))
}
