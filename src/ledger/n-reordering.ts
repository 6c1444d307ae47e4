/** Entries allocated at the start; a power of two, doubled as they fill. */
const ENTRIES = 64

/**
 * n-reordering (RFC 4737 section 5.3): a packet is n-reordered if each of the n arrivals just before it has a larger sequence. With n = 3 it
 * causes an unnecessary TCP retransmission (three duplicate acknowledgements).
 * The algorithm needs the nearest earlier arrival with a smaller sequence. A stack with ascending sequences finds it: an arrival larger than a
 * newcomer can never be the answer for a later packet, so each arrival enters and leaves the stack once.
 */
export class NReordering {
  readonly #history: number
  #sequences = new Float64Array(ENTRIES)
  #positions = new Float64Array(ENTRIES)
  #bottom = 0
  #top = 0
  #evicted = false
  #arrivals = 0
  #most = 0

  /** `history`: the maximum n that is distinguished, a power of two, at least 64. */
  constructor(history: number) {
    this.#history = history
  }

  /** The next arrival; returns the largest n for which it is n-reordered, 0 if it is not reordered, at most `history`. */
  push(sequence: number): number {
    const mask = this.#sequences.length - 1
    while (this.#top > this.#bottom && (this.#sequences[(this.#top - 1) & mask] ?? 0) > sequence) this.#top--
    const n = Math.min(this.#history, this.#arrivals - 1 - this.#nearestSmaller(mask))
    this.#enter(sequence)
    this.#arrivals++
    if (n > this.#most) this.#most = n
    return n
  }

  /** The largest n that occurred; `history` means this or more. */
  get most(): number {
    return this.#most
  }

  /** The position of the top of the stack after the larger sequences are removed; before the first arrival if the stack is empty. */
  #nearestSmaller(mask: number): number {
    if (this.#top > this.#bottom) return this.#positions[(this.#top - 1) & mask] ?? -1
    // An entry is evicted if `history` later ones are above it: all of those are larger.
    return this.#evicted ? -Infinity : -1
  }

  #enter(sequence: number): void {
    if (this.#top - this.#bottom === this.#sequences.length) {
      if (this.#sequences.length < this.#history) this.#grow()
      else {
        this.#bottom++
        this.#evicted = true
      }
    }
    const slot = this.#top & (this.#sequences.length - 1)
    this.#sequences[slot] = sequence
    this.#positions[slot] = this.#arrivals
    this.#top++
  }

  /** Nothing is evicted before the stack has its full size, so its bottom is still in slot 0. */
  #grow(): void {
    const sequences = new Float64Array(this.#sequences.length * 2)
    const positions = new Float64Array(sequences.length)
    sequences.set(this.#sequences)
    positions.set(this.#positions)
    this.#sequences = sequences
    this.#positions = positions
  }
}
