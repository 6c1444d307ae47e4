/** Sizes tried at once between two: seven leave an eighth of the gap, and a round costs a timeout, not datagrams. */
const SECTIONS = 7
/** No limit of sizes has so many edges: a path that loses by another rule than size would be cut ever finer. */
const MAX_EDGES = 16

/**
 * The sizes to try next, smallest first: between each two neighbours of which one came through and the other did not, up to seven that
 * cut the gap evenly. None: every edge is known to the byte, or there are so many that the size is not what they are about.
 * @param tried whether a size came through, for every size that was tried
 */
export function sizesBetween(tried: ReadonlyMap<number, boolean>): number[] {
  const sizes = [...tried.keys()].toSorted((a, b) => a - b)
  const edges = sizes.flatMap((size, index) => {
    const next = sizes[index + 1]
    return next === undefined || tried.get(size) === tried.get(next) ? [] : [[size, next] as const]
  })
  return edges.length > MAX_EDGES ? [] : edges.flatMap(([size, next]) => sections(size, next))
}

/** Up to seven whole numbers between these two, evenly spaced; all of them where there are no more. */
export function sections(low: number, high: number, most = SECTIONS): number[] {
  const inside = high - low - 1
  if (inside <= 0) return []
  const count = Math.min(inside, most)
  return Array.from({ length: count }, (_, n) => low + Math.round(((n + 1) * (inside + 1)) / (count + 1)))
}
