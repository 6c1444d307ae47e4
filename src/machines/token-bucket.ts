import { SECOND, type Nanos } from '../base/nanos.ts'

/** A rate cap: `rate` a second on average, and at once no more than a tenth of a second's worth (at least one). */
export class TokenBucket {
  readonly #rate: number
  readonly #depth: number
  #tokens: number
  #at: Nanos

  constructor(rate: number, now: Nanos) {
    this.#rate = rate
    this.#depth = Math.max(1, rate / 10)
    this.#tokens = this.#depth
    this.#at = now
  }

  /** Takes one token if there is one. */
  take(now: Nanos): boolean {
    this.#tokens = Math.min(this.#depth, this.#tokens + ((now - this.#at) / SECOND) * this.#rate)
    this.#at = now
    if (this.#tokens < 1) return false
    this.#tokens -= 1
    return true
  }
}
