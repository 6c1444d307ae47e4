import type { Nanos } from '../base/nanos.ts'
import { ByteOffset } from './byte-offset.ts'
import { FreeRuns, type FreeRunsResult } from './free-runs.ts'
import { NReordering, type NReorderingDegree } from './n-reordering.ts'
import { ReorderingExtent } from './reordering-extent.ts'
import type { ReorderingGapResult } from './reordering-gap.ts'

/** One reordered packet. */
export interface ReorderedPacket {
  /** Section 4.2: arrivals since the earliest packet with a larger sequence. Beyond the history: at least that. */
  readonly extent: number
  /** Section 5.3: how many arrivals just before it have larger sequences; at most the history. */
  readonly n: number
  /** Section 4.3: how long after the packet that begins its extent it came, ns. Beyond the history: at least that. */
  readonly lateTime: Nanos
  /**
   * Section 4.4: payload bytes to store until it came; undefined beyond the history, which here counts sequence numbers
   * back from the newest, lost ones too.
   */
  readonly byteOffset: number | undefined
}

/** Reordering of one stream (RFC 4737). */
export interface ReorderingResult {
  readonly received: number
  readonly reordered: number
  /** Section 4.1, reordered / received; undefined where nothing was received. */
  readonly ratio: number | undefined
  /** 0 where nothing was reordered. */
  readonly maxExtent: number
  /** Reordered packets by extent, ascending; the last entry may lump together extents from the history's length up. */
  readonly extents: readonly (readonly [extent: number, count: number])[]
  /** Reordered packets whose extent is only a lower bound, as they came later than the history reaches. */
  readonly beyondHistory: number
  /** Whether extents, late times or n are lower bounds: something was reordered further than the history reaches. */
  readonly atLeast: boolean
  /** Entry n−1: degree of n-reordering. */
  readonly nReordering: readonly NReorderingDegree[]
  /** Undefined where nothing was reordered. */
  readonly maxLateTime: Nanos | undefined
  /** Undefined where nothing was reordered, or only beyond the history. */
  readonly maxByteOffset: number | undefined
  readonly freeRuns: FreeRunsResult
  /** Section 3.4: in-order arrivals that skipped sequences, by reordering or loss; `skipped` adds up how many. */
  readonly discontinuities: { readonly count: number; readonly skipped: number; readonly largest: number }
  /** Section 4.5; undefined below two reordering discontinuities. */
  readonly gaps: ReorderingGapResult | undefined
}

/**
 * RFC 4737 over arrivals: a packet is reordered if its sequence is below the next expected one (section 3.3), which it
 * then leaves as it is; the first packet is in order. Duplicates are none of its business: push the first copy only.
 *
 * An in-order arrival costs a few stores, a reordered one a search by halving. Memory grows with the arrivals up to
 * about 50 bytes × history.
 */
export class Reordering {
  readonly #history: number
  readonly #extent: ReorderingExtent
  readonly #nReordering: NReordering
  readonly #byteOffset: ByteOffset
  readonly #freeRuns = new FreeRuns()
  #received = 0
  #reordered = 0
  #nextExpected: number | undefined
  readonly #extents = new Map<number, number>()
  #beyondHistory = 0
  #maxExtent = 0
  #maxLateTime: Nanos | undefined
  #maxByteOffset: number | undefined
  #discontinuities = 0
  #skipped = 0
  #largest = 0

  /**
   * `history`: arrivals remembered, rounded up to a power of two of at least 64. Within it extents, n and late times are
   * exact; a byte offset is exact or undefined.
   */
  constructor(history = 4096) {
    this.#history = 2 ** Math.max(6, Math.ceil(Math.log2(history)))
    this.#extent = new ReorderingExtent(this.#history)
    this.#nReordering = new NReordering(this.#history)
    this.#byteOffset = new ByteOffset(this.#history)
  }

  /**
   * The next arrival: first copies only, sequences extended beyond their wrap, `size` in payload bytes. Gives what was
   * found of a reordered packet, undefined for one in order.
   */
  push(sequence: number, arrived: Nanos, size: number): ReorderedPacket | undefined {
    const expected = this.#nextExpected ?? sequence
    if (sequence === expected - 1) throw new RangeError(`sequence ${sequence} twice: push the first copy only`)
    const position = this.#received++
    const reordered = sequence < expected
    const n = this.#nReordering.push(sequence)
    const packet = reordered ? this.#late(sequence, position, arrived, n) : undefined
    if (!reordered) this.#inOrder(sequence, position, arrived, expected)
    this.#byteOffset.push(sequence, size)
    this.#freeRuns.push(reordered)
    return packet
  }

  result(): ReorderingResult {
    return {
      received: this.#received,
      reordered: this.#reordered,
      ratio: this.#received === 0 ? undefined : this.#reordered / this.#received,
      maxExtent: this.#maxExtent,
      extents: [...this.#extents].sort(([a], [b]) => a - b),
      beyondHistory: this.#beyondHistory,
      atLeast: this.#beyondHistory > 0 || this.#nReordering.most >= this.#history,
      nReordering: this.#nReordering.result(),
      maxLateTime: this.#maxLateTime,
      maxByteOffset: this.#maxByteOffset,
      freeRuns: this.#freeRuns.result(),
      discontinuities: { count: this.#discontinuities, skipped: this.#skipped, largest: this.#largest },
      gaps: this.#extent.gaps(),
    }
  }

  #inOrder(sequence: number, position: number, arrived: Nanos, expected: number): void {
    const skipped = sequence - expected
    if (skipped > 0) {
      this.#discontinuities++
      this.#skipped += skipped
      if (skipped > this.#largest) this.#largest = skipped
    }
    this.#nextExpected = sequence + 1
    this.#extent.push(sequence, position, arrived)
  }

  #late(sequence: number, position: number, arrived: Nanos, n: number): ReorderedPacket {
    const overtaker = this.#extent.overtaker(sequence)
    const extent = position - overtaker.position
    const lateTime = arrived - overtaker.arrived
    const byteOffset = this.#byteOffset.above(sequence)
    this.#reordered++
    if (!overtaker.earliest) this.#beyondHistory++
    this.#maxExtent = Math.max(this.#maxExtent, extent)
    this.#maxLateTime = Math.max(this.#maxLateTime ?? -Infinity, lateTime)
    if (byteOffset !== undefined) this.#maxByteOffset = Math.max(this.#maxByteOffset ?? 0, byteOffset)
    // Extents may grow without end where losses are few: the histogram must not.
    const entry = Math.min(extent, this.#history)
    this.#extents.set(entry, (this.#extents.get(entry) ?? 0) + 1)
    return { extent, n, lateTime, byteOffset }
  }
}
