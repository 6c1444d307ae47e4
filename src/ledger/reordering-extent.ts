import type { Nanos } from '../base/nanos.ts'

/** Records allocated at the start; a power of two, doubled as they fill. */
const RECORDS = 64

/** The earliest packet that overtook a reordered one. */
export interface Overtaker {
  readonly position: number
  readonly arrived: Nanos
  /** False: an earlier one may have been evicted, and this is the earliest kept. */
  readonly earliest: boolean
}

/**
 * Finds the earliest arrival with a larger sequence, for reordering extents (RFC 4737 section 4.2).
 * Only an in-order packet can be it: a reordered one with a larger sequence was itself overtaken earlier. In-order packets arrive with
 * ascending sequences, so binary search finds it. The newest `history` of them are kept.
 */
export class ReorderingExtent {
  readonly #history: number
  // Ring buffers; the slot of a record is its number & (length − 1). Columns, because one object per packet would dominate the cost.
  #sequences = new Float64Array(RECORDS)
  #positions = new Float64Array(RECORDS)
  #arrived = new Float64Array(RECORDS)
  #oldest = 0
  #end = 0
  #evicted = -Infinity

  /** `history`: number of records kept, a power of two, at least 64. */
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

  /** The packet that overtook the arriving packet `sequence`, which is below the largest pushed. */
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
