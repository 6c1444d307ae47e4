/** Numbers below the highest one of which is known whether they were received. */
const SIZE = 64

/**
 * Recognizes authenticated requests that are sent again by somebody else. An HMAC does not show when a request was made. Its T1 does:
 * without the key nobody can make a later one. So a sender that starts again at number 0 is not taken for a replay.
 */
export class ReplayWindow {
  #isUsed = false
  #highest = 0
  /** Bit n: `highest` − n was received; n from 0 to 31, and from 32 to 63. */
  #near = 0
  #far = 0
  /** The latest T1, as its two words. */
  #high = 0
  #low = 0

  /**
   * Records a request. False: it was received before, or may have been.
   * @param sequence its number
   * @param high the first 32 bits of its T1
   * @param low the last 32 bits
   */
  accept(sequence: number, high: number, low: number): boolean {
    const isLater = !this.#isUsed || high > this.#high || (high === this.#high && low > this.#low)
    if (isLater) {
      this.#high = high
      this.#low = low
    }
    // Numbers return to 0 after 2^32 - 1.
    const ahead = (sequence - this.#highest) | 0
    if (!this.#isUsed || (isLater && ahead <= -SIZE)) {
      this.#isUsed = true
      this.#highest = sequence
      this.#near = 1
      this.#far = 0
      return true
    }
    if (ahead > 0) {
      this.#shift(ahead)
      this.#highest = sequence
      this.#near |= 1
      return true
    }
    return this.#add(-ahead) || isLater
  }

  /** Records that `highest` − `distance` was received. False: it was recorded already, or is too low. */
  #add(distance: number): boolean {
    if (distance >= SIZE) return false
    const bit = 1 << (distance & 31)
    const bits = distance < 32 ? this.#near : this.#far
    if (distance < 32) this.#near |= bit
    else this.#far |= bit
    return (bits & bit) === 0
  }

  #shift(by: number): void {
    if (by >= 32) {
      this.#far = by >= SIZE ? 0 : this.#near << (by - 32)
      this.#near = 0
    } else {
      this.#far = (this.#far << by) | (this.#near >>> (32 - by))
      this.#near <<= by
    }
  }
}
