import type { Nanos } from '../../base/nanos.ts'

const WIDTH = 5

/**
 * Exchanges in bounded memory: all of them, or a uniform sample if they do not fit. A hash of its number decides whether one stays, so that no
 * pattern of times or sizes is favored, and the same run always gives the same sample. A row is sent, arrived, upper and lower bound, until
 * `settle` replaces it.
 */
export class ExchangeSample {
  readonly #most: number
  #rows = new Float64Array(64 * WIDTH)
  #hashes = new Uint32Array(64)
  #count = 0
  #pushed = 0
  /** An exchange stays if its hash has none of these bits. */
  #mask = 0
  #settled = 0
  /** A reused view of one row: a view for each row would dominate the cost. */
  readonly #row = new Float64Array(WIDTH)

  constructor(most: number) {
    this.#most = most
  }

  get isWhole(): boolean {
    return this.#mask === 0
  }

  push(sent: Nanos, arrived: Nanos, upper: Nanos, lower: Nanos): void {
    const hash = mix(this.#pushed++)
    if (this.#count === this.#hashes.length) this.#makeRoom()
    if ((hash & this.#mask) !== 0) return
    const row = this.#count * WIDTH
    this.#hashes[this.#count++] = hash
    this.#rows[row] = sent
    this.#rows[row + 1] = arrived
    this.#rows[row + 2] = upper
    this.#rows[row + 3] = lower
  }

  /** Calls `look` with each row that is not settled yet. */
  visit(look: (row: Float64Array) => void): void {
    for (let at = this.#settled; at < this.#count; at++) look(this.#read(at))
  }

  /** Calls `settle` with each row that is not settled yet; it writes its own five numbers, or returns false to omit the row. */
  settle(settle: (row: Float64Array) => boolean): void {
    this.#keep(this.#settled, at => {
      if (!settle(this.#read(at))) return false
      this.#rows.set(this.#row, at * WIDTH)
      return true
    })
    this.#settled = this.#count
  }

  /** One column of all settled rows, sorted. */
  sorted(column: number): Float64Array {
    const values = new Float64Array(this.#settled)
    for (let at = 0; at < values.length; at++) values[at] = this.#rows[at * WIDTH + column] ?? NaN
    return values.sort()
  }

  #read(at: number): Float64Array {
    for (let column = 0; column < WIDTH; column++) this.#row[column] = this.#rows[at * WIDTH + column] ?? NaN
    return this.#row
  }

  #makeRoom(): void {
    if (this.#hashes.length < this.#most) {
      const length = Math.min(this.#most, this.#hashes.length * 2)
      const [rows, hashes] = [new Float64Array(length * WIDTH), new Uint32Array(length)]
      rows.set(this.#rows)
      hashes.set(this.#hashes)
      this.#rows = rows
      this.#hashes = hashes
      return
    }
    this.#mask = this.#mask * 2 + 1
    this.#settled = this.#keep(0, at => ((this.#hashes[at] ?? 0) & this.#mask) === 0)
  }

  /** Removes the rows from `first` on for which `stays` is false; returns how many settled ones are left. */
  #keep(first: number, stays: (at: number) => boolean): number {
    let kept = first
    let settled = Math.min(first, this.#settled)
    for (let at = first; at < this.#count; at++) {
      if (!stays(at)) continue
      if (at < this.#settled) settled += 1
      if (kept !== at) {
        this.#rows.copyWithin(kept * WIDTH, at * WIDTH, (at + 1) * WIDTH)
        this.#hashes[kept] = this.#hashes[at] ?? 0
      }
      kept += 1
    }
    this.#count = kept
    return settled
  }
}

/** The finalizer of MurmurHash3: neighbors get different hashes. */
function mix(number: number): number {
  let hash = Math.imul(number ^ (number >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
