/** Above this many datagrams the search ends when the bounds differ by less than this share. */
const PRECISION = 0.02

/**
 * The search for the largest burst that passes without a loss, as a protocol without I/O: bursts of 1, 2, 4, … datagrams until one loses some, then
 * halves of the gap. A burst of the ladder has failed only if it lost twice, because one loss may be chance.
 */
export class BurstSearch {
  /** The largest burst without a loss; 0: none. */
  intact = 0
  /** The smallest with one; undefined: none lost any. */
  lossy: number | undefined
  readonly #most: number
  #tried = 1
  #failures = 0

  /** @param most the largest burst to try */
  constructor(most: number) {
    this.#most = most
  }

  /** Datagrams of the next burst; undefined: the search has ended. */
  next(): number | undefined {
    const { intact, lossy } = this
    if (lossy === undefined) return intact >= this.#most ? undefined : this.#tried
    const gap = lossy - intact
    return gap <= Math.max(1, intact * PRECISION) ? undefined : intact + Math.floor(gap / 2)
  }

  /** The outcome of the burst that `next` returned. */
  ended(isIntact: boolean): void {
    const burst = this.next()
    if (burst === undefined) return
    if (isIntact) {
      this.intact = burst
      this.#failures = 0
      this.#tried = Math.min(burst * 2, this.#most)
      return
    }
    this.#failures += 1
    if (this.lossy !== undefined || this.#failures > 1) this.lossy = burst
  }
}
