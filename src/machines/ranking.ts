const KEYS = 3

/** The first few of many numbers, by three keys, the largest first. It allocates nothing for a number, because there may be a million. */
export class Ranking {
  readonly #most: number
  readonly #numbers: number[] = []
  /** KEYS for each number. */
  readonly #keys: Float64Array

  /** Keeps the first `most` numbers. */
  constructor(most: number) {
    this.#most = most
    this.#keys = new Float64Array((most + 1) * KEYS)
  }

  /** The numbers in order. Of equal ones the first offered is first. */
  get numbers(): readonly number[] {
    return this.#numbers
  }

  /** Each key decides if those before it are equal. */
  offer(number: number, first: number, second: number, third: number): void {
    let place = this.#numbers.length
    if (place === this.#most && !this.#precedes(first, second, third, place - 1)) return
    while (place > 0 && this.#precedes(first, second, third, place - 1)) place -= 1
    this.#numbers.splice(place, 0, number)
    const keys = this.#keys
    keys.copyWithin((place + 1) * KEYS, place * KEYS, this.#most * KEYS)
    keys[place * KEYS] = first
    keys[place * KEYS + 1] = second
    keys[place * KEYS + 2] = third
    if (this.#numbers.length > this.#most) this.#numbers.pop()
  }

  #precedes(first: number, second: number, third: number, place: number): boolean {
    const at = place * KEYS
    const otherFirst = this.#keys[at] ?? 0
    if (first !== otherFirst) return first > otherFirst
    const otherSecond = this.#keys[at + 1] ?? 0
    if (second !== otherSecond) return second > otherSecond
    return third > (this.#keys[at + 2] ?? 0)
  }
}
