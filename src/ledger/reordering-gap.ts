/** Distances in arrivals between successive reordering discontinuities. */
export interface ReorderingGapResult {
  readonly count: number
  readonly min: number
  readonly mean: number
  readonly max: number
}

/**
 * Reordering gaps (RFC 4737 section 4.5): how many arrivals lie between the packets that others were overtaken by, that
 * is between the discontinuities that reordering made; those of loss alone do not count.
 */
export class ReorderingGap {
  #last: number | undefined
  #count = 0
  #sum = 0
  #min = Infinity
  #max = 0

  /** The position of the next reordering discontinuity, in ascending order. */
  push(position: number): void {
    if (this.#last !== undefined) {
      const gap = position - this.#last
      this.#count++
      this.#sum += gap
      this.#min = Math.min(this.#min, gap)
      this.#max = Math.max(this.#max, gap)
    }
    this.#last = position
  }

  /** The same state, to go on from without touching this one. */
  copy(): ReorderingGap {
    const copy = new ReorderingGap()
    copy.#last = this.#last
    copy.#count = this.#count
    copy.#sum = this.#sum
    copy.#min = this.#min
    copy.#max = this.#max
    return copy
  }

  /** Undefined below two discontinuities. */
  result(): ReorderingGapResult | undefined {
    if (this.#count === 0) return undefined
    return { count: this.#count, min: this.#min, mean: this.#sum / this.#count, max: this.#max }
  }
}
