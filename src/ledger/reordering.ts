import type { Nanos } from '../base/nanos.ts'
import { NReordering } from './n-reordering.ts'
import { ReorderingExtent } from './reordering-extent.ts'

/** Reordering of one stream (RFC 4737). */
export interface ReorderingResult {
  readonly received: number
  readonly reordered: number
  /** Section 4.2, the maximum number of arrivals since the earliest packet with a larger sequence; 0 if nothing was reordered. */
  readonly maxExtent: number
  /** Section 5.3, the largest n for which a packet is n-reordered; at most the history. */
  readonly nReordering: number
  /** Section 4.3, the maximum time from the packet that begins its extent to the reordered one; undefined if nothing was reordered. */
  readonly maxLateTime: Nanos | undefined
  /** Whether these three are lower bounds: an extent exceeds the history. */
  readonly atLeast: boolean
}

/**
 * RFC 4737 over arrivals: a packet is reordered if its sequence is below the next expected one (section 3.3), which stays the same then; the
 * first packet is in order. Duplicates do not count: push the first copy only.
 * An in-order arrival costs a few stores, a reordered one a binary search. Memory grows with the arrivals up to about 40 bytes × history.
 */
export class Reordering {
  readonly #history: number
  readonly #extent: ReorderingExtent
  readonly #nReordering: NReordering
  #received = 0
  #reordered = 0
  #nextExpected: number | undefined
  #isBeyondHistory = false
  #maxExtent = 0
  #maxLateTime: Nanos | undefined

  /** `history`: number of arrivals kept, rounded up to a power of two of at least 64. Within it the metrics are exact. */
  constructor(history = 4096) {
    this.#history = 2 ** Math.max(6, Math.ceil(Math.log2(history)))
    this.#extent = new ReorderingExtent(this.#history)
    this.#nReordering = new NReordering(this.#history)
  }

  /** The next arrival: first copies only, with whole sequences. Returns whether the packet is reordered. */
  push(sequence: number, arrived: Nanos): boolean {
    const expected = this.#nextExpected ?? sequence
    if (sequence === expected - 1) throw new RangeError(`sequence ${sequence} twice: push the first copy only`)
    const position = this.#received++
    this.#nReordering.push(sequence)
    if (sequence < expected) {
      this.#late(sequence, position, arrived)
      return true
    }
    this.#nextExpected = sequence + 1
    this.#extent.push(sequence, position, arrived)
    return false
  }

  result(): ReorderingResult {
    const nReordering = this.#nReordering.most
    return {
      received: this.#received,
      reordered: this.#reordered,
      maxExtent: this.#maxExtent,
      nReordering,
      maxLateTime: this.#maxLateTime,
      atLeast: this.#isBeyondHistory || nReordering >= this.#history,
    }
  }

  #late(sequence: number, position: number, arrived: Nanos): void {
    const overtaker = this.#extent.overtaker(sequence)
    this.#reordered++
    if (!overtaker.earliest) this.#isBeyondHistory = true
    this.#maxExtent = Math.max(this.#maxExtent, position - overtaker.position)
    this.#maxLateTime = Math.max(this.#maxLateTime ?? -Infinity, arrived - overtaker.arrived)
  }
}
