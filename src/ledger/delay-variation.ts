import type { Nanos } from '../base/nanos.ts'

/**
 * Inter-packet delay variation (RFC 3393 section 2; RFC 5481 section 4.1): D(i) − D(i−1) in *sending* order, whatever the order of arrival.
 * Undefined if either packet was lost: no pair spans a loss.
 */
export class Ipdv {
  #previous: Nanos | undefined
  #count = 0
  #sumAbs = 0

  /** The delay of the next packet in sending order; undefined: lost. */
  push(delay: Nanos | undefined): void {
    if (delay !== undefined && this.#previous !== undefined) {
      this.#count++
      this.#sumAbs += Math.abs(delay - this.#previous)
    }
    this.#previous = delay
  }

  /** Mean of |IPDV|; undefined if no two neighbors arrived. */
  result(): Nanos | undefined {
    return this.#count === 0 ? undefined : this.#sumAbs / this.#count
  }
}
