/** The simple Gilbert model: a good state without loss and a bad state without delivery (Gilbert 1960 with h = 0). */
export interface GilbertResult {
  /** Probability that a loss follows a delivery (good to bad). */
  readonly p: number
  /** Probability that a delivery follows a loss (bad to good). */
  readonly r: number
  /** Mean length of a run of losses, 1/r, in packets; undefined if r is 0: no run ended. */
  readonly meanBurst: number | undefined
}

/** Fits the simple Gilbert model to losses in send order, by counting pairs of neighbours. */
export class Gilbert {
  #previous: boolean | undefined
  // Pairs by (before, after): 0 delivered, 1 lost.
  #n00 = 0
  #n01 = 0
  #n10 = 0
  #n11 = 0

  /** The next packet in send order. */
  push(lost: boolean): void {
    if (this.#previous === true) {
      if (lost) this.#n11++
      else this.#n10++
    } else if (this.#previous === false) {
      if (lost) this.#n01++
      else this.#n00++
    }
    this.#previous = lost
  }

  /** Undefined if a state has no transition (the last packet has no successor): its probability would be 0/0. */
  result(): GilbertResult | undefined {
    const good = this.#n00 + this.#n01
    const bad = this.#n10 + this.#n11
    if (good === 0 || bad === 0) return undefined
    const r = this.#n10 / bad
    return { p: this.#n01 / good, r, meanBurst: r === 0 ? undefined : 1 / r }
  }
}
