/** RFC 5560 section 5, over delivered packets only. */
export interface DuplicationResult {
  /** Section 5.1, packet duplication fraction: superfluous arrivals per delivered packet; 2 if each arrived three times. */
  readonly fraction: number
  /** Section 5.2, replicated packet rate: the share of delivered packets that arrived more than once. */
  readonly replicatedRate: number
}

/** Counts copies of delivered packets (RFC 5560). */
export class Duplication {
  #arrivals = 0
  #delivered = 0
  #replicated = 0

  /** How often one packet arrived, first copy included; 0 (lost) is ignored. */
  push(copies: number): void {
    if (copies < 1) return
    this.#delivered++
    this.#arrivals += copies
    if (copies > 1) this.#replicated++
  }

  /** Undefined if nothing was delivered. */
  result(): DuplicationResult | undefined {
    const delivered = this.#delivered
    if (delivered === 0) return undefined
    // The gloss in RFC 5560 section 5.1, "received/sent-not-lost", omits the − 1.
    return { fraction: this.#arrivals / delivered - 1, replicatedRate: this.#replicated / delivered }
  }
}
