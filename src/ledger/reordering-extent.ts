import type { Nanos } from '../base/nanos.ts'

/** Records allocated at the start; a power of two, doubled as they fill. */
const RECORDS = 64

/** The earliest packet that overtook a reordered one. */
export interface Overtaker {
  /** Its position among the arrivals. */
  readonly position: number
  readonly arrived: Nanos
  /** False: an earlier one may be evicted, and this is the earliest in the ring. */
  readonly earliest: boolean
}

/**
 * Finds, for reordering extents (RFC 4737 section 4.2), the earliest arrival with a larger sequence.
 *
 * Only in-order packets can be it: a reordered one with a larger sequence was itself overtaken earlier. In-order
 * packets arrive with ascending sequences, so the earliest larger one is found by halving. The newest `history` of them
 * are kept.
 */
export class ReorderingExtent {
  readonly #history: number
  // Rings; a record's number & (length − 1) is its slot. Columns, as one object a packet would be most of the cost.
  #sequences = new Float64Array(RECORDS)
  #positions = new Float64Array(RECORDS)
  #arrived = new Float64Array(RECORDS)
  #oldest = 0
  #end = 0
  /** The newest sequence that was dropped from the ring. */
  #evicted = -Infinity

  /** `history`: records kept, a power of two, at least 64. */
  constructor(history: number) {
    this.#history = history
  }

  /** The next in-order packet. */
  push(sequence: number, position: number, arrived: Nanos): void {
    if (this.#end - this.#oldest === this.#sequences.length) {
      if (this.#sequences.length < this.#history) this.#grow()
      else this.#evict()
    }
    const slot = this.#end & (this.#sequences.length - 1)
    this.#sequences[slot] = sequence
    this.#positions[slot] = position
    this.#arrived[slot] = arrived
    this.#end++
  }

  /** Who overtook the packet `sequence` that arrives now; its sequence is below the largest pushed. */
  overtaker(sequence: number): Overtaker {
    const mask = this.#sequences.length - 1
    let low = this.#oldest
    let high = this.#end - 1
    while (low < high) {
      const middle = Math.floor((low + high) / 2)
      if ((this.#sequences[middle & mask] ?? 0) > sequence) high = middle
      else low = middle + 1
    }
    const slot = low & mask
    return {
      position: this.#positions[slot] ?? 0,
      arrived: this.#arrived[slot] ?? 0,
      earliest: this.#evicted < sequence,
    }
  }

  #evict(): void {
    this.#evicted = this.#sequences[this.#oldest & (this.#sequences.length - 1)] ?? 0
    this.#oldest++
  }

  /** Nothing is evicted before the rings have their full size, so record 0 is still in slot 0. */
  #grow(): void {
    const length = this.#sequences.length * 2
    this.#sequences = doubled(this.#sequences, length)
    this.#positions = doubled(this.#positions, length)
    this.#arrived = doubled(this.#arrived, length)
  }
}

function doubled(column: Float64Array, length: number): Float64Array<ArrayBuffer> {
  const grown = new Float64Array(length)
  grown.set(column)
  return grown
}
