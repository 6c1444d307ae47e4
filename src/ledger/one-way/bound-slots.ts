import { MILLISECOND, type Nanos } from '../../base/nanos.ts'

/** Bounds on the offset of the server's clock from one answered probe. */
export interface Exchange {
  /** When the probe was sent, by our clock. */
  readonly sent: Nanos
  /** When its reply arrived, by our clock. */
  readonly arrived: Nanos
  /** Server's arrival − `sent`: upper bound of the offset. */
  readonly upper: Nanos
  /** Server's send time − `arrived`: lower bound of the offset. */
  readonly lower: Nanos
}

/** The exchanges of one slot with the tightest bounds. */
export interface BoundSlot {
  readonly begin: Nanos
  readonly end: Nanos
  /** The last arrival of an exchange whose probe was sent in this slot. */
  readonly lastArrival: Nanos
  readonly leastUpper: Exchange
  readonly greatestLower: Exchange
  /** The exchange with the smallest `upper − lower`: the shortest round trip. */
  readonly quickest: Exchange
}

const CAPACITY = 2048
/** Initial width of slots; it doubles when there are too many. */
const FIRST_WIDTH: Nanos = MILLISECOND

/**
 * The bounds of a run in bounded memory: time is divided into slots, and each keeps only its exchanges with the tightest bounds. Omitting
 * others can only loosen the bounds.
 */
export class BoundSlots {
  readonly #begin: Nanos
  #width = FIRST_WIDTH
  readonly #slots: (MutableSlot | undefined)[] = []

  constructor(begin: Nanos) {
    this.#begin = begin
  }

  push(sent: Nanos, arrived: Nanos, upper: Nanos, lower: Nanos): void {
    let number = this.#numberOf(sent)
    while (number >= CAPACITY) {
      this.#halve()
      number = this.#numberOf(sent)
    }
    const slot = this.#slots[number]
    if (slot !== undefined) slot.push(sent, arrived, upper, lower)
    else {
      while (this.#slots.length < number) this.#slots.push(undefined)
      this.#slots[number] = new MutableSlot(sent, arrived, upper, lower)
    }
  }

  /** The slots with an exchange, in time order. */
  list(): readonly BoundSlot[] {
    return this.#slots.flatMap((slot, number) => {
      const begin = this.#begin + number * this.#width
      return slot === undefined ? [] : [slot.snapshot(begin, begin + this.#width)]
    })
  }

  /** An exchange from before the first slot is in that slot. */
  #numberOf(sent: Nanos): number {
    return Math.max(0, Math.floor((sent - this.#begin) / this.#width))
  }

  #halve(): void {
    const slots = this.#slots.splice(0)
    this.#width *= 2
    slots.forEach((slot, number) => {
      const into = number >> 1
      const earlier = this.#slots[into]
      if (earlier !== undefined && slot !== undefined) earlier.take(slot)
      else this.#slots[into] = earlier ?? slot
    })
  }
}

class MutableSlot {
  #lastArrival: Nanos
  #leastUpper: Exchange
  #greatestLower: Exchange
  #quickest: Exchange

  constructor(sent: Nanos, arrived: Nanos, upper: Nanos, lower: Nanos) {
    const exchange = { sent, arrived, upper, lower }
    this.#lastArrival = arrived
    this.#leastUpper = exchange
    this.#greatestLower = exchange
    this.#quickest = exchange
  }

  push(sent: Nanos, arrived: Nanos, upper: Nanos, lower: Nanos): void {
    if (arrived > this.#lastArrival) this.#lastArrival = arrived
    const tightens = upper < this.#leastUpper.upper
    const raises = lower > this.#greatestLower.lower
    const isQuicker = upper - lower < this.#quickest.upper - this.#quickest.lower
    if (!tightens && !raises && !isQuicker) return
    const exchange = { sent, arrived, upper, lower }
    if (tightens) this.#leastUpper = exchange
    if (raises) this.#greatestLower = exchange
    if (isQuicker) this.#quickest = exchange
  }

  take(later: MutableSlot): void {
    for (const { sent, arrived, upper, lower } of [later.#leastUpper, later.#greatestLower, later.#quickest])
      this.push(sent, arrived, upper, lower)
    this.#lastArrival = Math.max(this.#lastArrival, later.#lastArrival)
  }

  snapshot(begin: Nanos, end: Nanos): BoundSlot {
    return {
      begin,
      end,
      lastArrival: this.#lastArrival,
      leastUpper: this.#leastUpper,
      greatestLower: this.#greatestLower,
      quickest: this.#quickest,
    }
  }
}
