/** Sequence numbers that are remembered, from the highest one down. A power of two. */
const REMEMBERED = 1024
const WORD = 32

/** Counts the different sequence numbers, modulo 2^32, of a session. One that is 1024 or more below the highest counts as received before. */
export class DistinctSequences {
  count = 0
  readonly #bits = new Uint32Array(REMEMBERED / WORD)
  #highest = -1

  /** Adds a sequence number. */
  add(sequence: number): void {
    if (this.#highest < 0) this.#highest = sequence
    const step = (sequence - this.#highest) | 0
    if (step <= -REMEMBERED) return
    if (step > 0) this.#advance(sequence, step)
    const { word, bit } = placeOf(sequence)
    const before = this.#bits[word] ?? 0
    if ((before & bit) !== 0) return
    this.#bits[word] = before | bit
    this.count += 1
  }

  /** Frees the places of the numbers above the highest one, which is `step` lower than `sequence`. */
  #advance(sequence: number, step: number): void {
    if (step >= REMEMBERED) this.#bits.fill(0)
    else {
      for (let back = 0; back < step; back++) {
        const { word, bit } = placeOf((sequence - back) >>> 0)
        this.#bits[word] = (this.#bits[word] ?? 0) & ~bit
      }
    }
    this.#highest = sequence
  }
}

function placeOf(sequence: number): { readonly word: number; readonly bit: number } {
  const place = sequence & (REMEMBERED - 1)
  return { word: place >>> 5, bit: 1 << (place & (WORD - 1)) }
}
