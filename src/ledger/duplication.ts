/** RFC 5560 section 5, over delivered packets: the lost ones say nothing about copying. */
export interface DuplicationResult {
  /**
   * Section 5.1, packet duplication fraction: superfluous arrivals per delivered packet; above 1 where each came
   * thrice.
   */
  readonly fraction: number
  /** Section 5.2, replicated packet rate: the share of delivered packets that came more than once. */
  readonly replicatedRate: number
}

/** Counts copies of delivered packets (RFC 5560). */
export class Duplication {
  #arrivals = 0
  #delivered = 0
  #replicated = 0

  /** How often one packet arrived, first copy included; 0 (lost) is left out. */
  push(copies: number): void {
    if (copies < 1) return
    this.#delivered++
    this.#arrivals += copies
    if (copies > 1) this.#replicated++
  }

  /** Undefined where nothing was delivered. */
  result(): DuplicationResult | undefined {
    const delivered = this.#delivered
    if (delivered === 0) return undefined
    // The RFC's own gloss in 5.1, "received/sent-not-lost", forgets the − 1.
    return { fraction: this.#arrivals / delivered - 1, replicatedRate: this.#replicated / delivered }
  }
}
