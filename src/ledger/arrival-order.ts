import type { Nanos } from '../base/nanos.ts'
import { Jitter } from './jitter.ts'
import { Reordering } from './reordering.ts'

export interface Arrival {
  readonly sequence: number
  readonly arrived: Nanos
  readonly transit: Nanos
  /** Its sequence is proved, so it counts for reordering. */
  readonly proved: boolean
  /** Its round trip counts for jitter. */
  readonly timed: boolean
}

/**
 * Restores the arrival order of a client's first replies, which are folded in sending order. Ranks begin at 1 without gaps, so the number of
 * replies that wait for an earlier rank never exceeds the number that overtook it.
 */
export class ArrivalOrder {
  readonly reordering: Reordering
  readonly jitter = new Jitter()
  readonly #waiting = new Map<number, Arrival>()
  #next = 1

  constructor(history: number) {
    this.reordering = new Reordering(history)
  }

  /** Adds the reply of this rank; returns the sequences now found to be reordered, if any. */
  push(rank: number, arrival: Arrival): readonly number[] | undefined {
    if (rank !== this.#next) {
      this.#waiting.set(rank, arrival)
      return undefined
    }
    let reordered: number[] | undefined
    for (let current: Arrival | undefined = arrival; current !== undefined; current = this.#waiting.get(this.#next)) {
      this.#waiting.delete(this.#next)
      this.#next += 1
      if (current.timed) this.jitter.push(current.transit)
      if (!current.proved) continue
      if (this.reordering.push(current.sequence, current.arrived)) {
        reordered ??= []
        reordered.push(current.sequence)
      }
    }
    return reordered
  }
}
