/** Slots allocated at the start; a power of two, doubled as the window widens. */
const SLOTS = 64
/** Slots of a block, whose sum is kept. */
const BLOCK_BITS = 6
const BLOCK = 2 ** BLOCK_BITS

/**
 * Byte offset of reordered packets (RFC 4737 section 4.4): the bytes a receiver had to store to put it in order, that
 * is the payloads of all earlier arrivals with a larger sequence (none of those came before the extent begins).
 *
 * A window of the newest `history` *sequence numbers* holds each one's payload, and sums over blocks of 64: an arrival
 * costs two additions, a question at most 64 + history/64. Where a forgotten one was larger, the offset is unknown.
 */
export class ByteOffset {
  readonly #history: number
  // Sequence & (length − 1) is its slot; the window ends at #newest.
  #bytes = new Float64Array(SLOTS)
  #blocks = new Float64Array(SLOTS / BLOCK)
  #first = Infinity
  #newest = -Infinity
  /** The largest sequence that arrived and is no longer (or was never) in the window. */
  #forgotten = -Infinity

  /** `history`: sequence numbers remembered, a power of two, at least 64. */
  constructor(history: number) {
    this.#history = history
  }

  /** An arrival of `size` bytes of payload. */
  push(sequence: number, size: number): void {
    if (sequence < this.#first) this.#first = sequence
    const newest = Math.max(this.#newest, sequence)
    while (this.#bytes.length < this.#history && newest - this.#first >= this.#bytes.length) this.#grow()
    if (sequence > this.#newest) this.#advance(sequence)
    if (sequence > newest - this.#bytes.length) this.#put(sequence, size)
    else this.#forgotten = Math.max(this.#forgotten, sequence)
  }

  /** Bytes of the arrivals so far with a sequence above this one; undefined where one is forgotten. */
  above(sequence: number): number | undefined {
    if (sequence < this.#forgotten) return undefined
    const mask = this.#bytes.length - 1
    let sum = 0
    let next = Math.max(sequence, this.#newest - this.#bytes.length) + 1
    while (next <= this.#newest) {
      const slot = next & mask
      if ((slot & (BLOCK - 1)) === 0 && next + BLOCK - 1 <= this.#newest) {
        sum += this.#blocks[slot >> BLOCK_BITS] ?? 0
        next += BLOCK
      } else {
        sum += this.#bytes[slot] ?? 0
        next++
      }
    }
    return sum
  }

  #put(sequence: number, size: number): void {
    const slot = sequence & (this.#bytes.length - 1)
    const block = slot >> BLOCK_BITS
    this.#blocks[block] = (this.#blocks[block] ?? 0) + size - (this.#bytes[slot] ?? 0)
    this.#bytes[slot] = size
  }

  /** Moves the window's end to `newest`; what has not arrived counts 0 bytes. */
  #advance(newest: number): void {
    const length = this.#bytes.length
    if (newest - this.#newest >= length) {
      this.#forgotten = this.#newest
      this.#bytes.fill(0)
      this.#blocks.fill(0)
    } else {
      for (let sequence = this.#newest + 1; sequence <= newest; sequence++) {
        if ((this.#bytes[sequence & (length - 1)] ?? 0) > 0) this.#forgotten = sequence - length
        this.#put(sequence, 0)
      }
    }
    this.#newest = newest
  }

  #grow(): void {
    const old = this.#bytes
    this.#bytes = new Float64Array(old.length * 2)
    this.#blocks = new Float64Array(this.#bytes.length / BLOCK)
    const end = this.#newest
    for (let sequence = end - old.length + 1; sequence <= end; sequence++) {
      this.#put(sequence, old[sequence & (old.length - 1)] ?? 0)
    }
  }
}
