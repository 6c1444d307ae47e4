import type { Nanos } from '../base/nanos.ts'

/**
 * Interarrival jitter of RFC 3550 section 6.4.1 (and A.8), in ns, without its integer rounding: J += (|D| − J)/16, D
 * the change of transit time from one arrival to the next, J from 0.
 */
export class Jitter {
  #jitter: Nanos = 0
  #previous: Nanos | undefined
  #changes = 0

  /** The transit time (here: the round trip) of the next packet in arrival order. */
  push(transit: Nanos): void {
    if (this.#previous !== undefined) {
      this.#jitter += (Math.abs(transit - this.#previous) - this.#jitter) / 16
      this.#changes++
    }
    this.#previous = transit
  }

  /** Undefined for fewer than two samples. */
  result(): Nanos | undefined {
    return this.#changes === 0 ? undefined : this.#jitter
  }
}
