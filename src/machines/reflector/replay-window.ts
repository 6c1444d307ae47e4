/** Numbers below the highest one of which is known whether they were received. */
const SIZE = 64

/**
 * Recognizes authenticated requests that are sent again by somebody else. An HMAC does not show when a request was made. Its T1 does:
 * without the key nobody can make a later one. So a sender that starts again at number 0 is not taken for a replay.
 * A sender may send a number twice (ours does, to learn whether we count), and the path may exchange the two: the second T1 of a number is accepted.
 */
export class ReplayWindow {
  #isUsed = false
  #highest = 0
  /** Bit n: `highest` − n was received; n from 0 to 31, and from 32 to 63. */
  #near = 0
  #far = 0
  /** The same, of numbers received with two T1. */
  #twiceNear = 0
  #twiceFar = 0
  /** Second word of the first T1 of each number, at the last 6 bits of the number. */
  readonly #firsts = new Uint32Array(SIZE)
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
      this.#twiceNear = 0
      this.#twiceFar = 0
      this.#firsts[sequence % SIZE] = low
      return true
    }
    if (ahead > 0) {
      this.#shift(ahead)
      this.#highest = sequence
      this.#near |= 1
      this.#firsts[sequence % SIZE] = low
      return true
    }
    return this.#add(-ahead, sequence % SIZE, low) || isLater
  }

  /** Records that `highest` − `distance` was received. False: it was recorded with this T1 or two others already, or is too low. */
  #add(distance: number, place: number, low: number): boolean {
    if (distance >= SIZE) return false
    const bit = 1 << (distance & 31)
    const isNear = distance < 32
    if (((isNear ? this.#near : this.#far) & bit) === 0) {
      this.#firsts[place] = low
      if (isNear) this.#near |= bit
      else this.#far |= bit
      return true
    }
    if (this.#firsts[place] === low || ((isNear ? this.#twiceNear : this.#twiceFar) & bit) !== 0) return false
    if (isNear) this.#twiceNear |= bit
    else this.#twiceFar |= bit
    return true
  }

  #shift(by: number): void {
    ;[this.#near, this.#far] = shifted(this.#near, this.#far, by)
    ;[this.#twiceNear, this.#twiceFar] = shifted(this.#twiceNear, this.#twiceFar, by)
  }
}

/** The two words of bits, moved to distances larger by this. */
function shifted(near: number, far: number, by: number): readonly [near: number, far: number] {
  if (by >= 32) return [0, by >= SIZE ? 0 : near << (by - 32)]
  return [near << by, (far << by) | (near >>> (32 - by))]
}
