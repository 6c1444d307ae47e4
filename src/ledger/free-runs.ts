/**
 * Reordering-free runs (RFC 4737 section 4.6). Mean length of a run a/x; q/a near it: evenly spread, far above: in
 * clusters.
 */
export interface FreeRunsResult {
  /** Runs that a reordered packet ended. */
  readonly x: number
  /** Packets in order. */
  readonly a: number
  /** All packets, x + a. */
  readonly p: number
  /** Sum of the squared lengths of the ended runs; the run still open is not in it. */
  readonly q: number
}

/** Counts how long the order held between two reordered packets. */
export class FreeRuns {
  #x = 0
  #a = 0
  #q = 0
  #run = 0

  /** The next arrival. */
  push(reordered: boolean): void {
    if (reordered) {
      this.#x++
      this.#q += this.#run * this.#run
      this.#run = 0
    } else {
      this.#a++
      this.#run++
    }
  }

  result(): FreeRunsResult {
    return { x: this.#x, a: this.#a, p: this.#x + this.#a, q: this.#q }
  }
}
