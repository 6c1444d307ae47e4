import { MILLISECOND, type Nanos } from '../../base/nanos.ts'

/** What a probe that was answered says of the server's clock. */
export interface Exchange {
  /** When the probe left, by our clock. */
  readonly sent: Nanos
  /** When its reply came, by our clock. */
  readonly arrived: Nanos
  /** Server's arrival − `sent`: the offset is no greater. */
  readonly upper: Nanos
  /** Server's sending − `arrived`: the offset is no less. */
  readonly lower: Nanos
}

/** The exchanges of one slot that bound the offset most. */
export interface BoundSlot {
  readonly begin: Nanos
  readonly end: Nanos
  /** The last arrival of an exchange whose probe left in this slot. */
  readonly lastArrival: Nanos
  readonly leastUpper: Exchange
  readonly greatestLower: Exchange
  /** The exchange with the smallest `upper − lower`: the quickest round trip. */
  readonly quickest: Exchange
}

/** Slots at most. */
const CAPACITY = 2048
/** Slots begin so short, and double when there are too many. */
const FIRST_WIDTH: Nanos = MILLISECOND

/**
 * The bounds of a run in bounded memory: time is cut into slots, and of each only the exchanges that bound most are kept. What is left
 * out can only loosen the bounds.
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

  /** The slots that have an exchange, in order of time. */
  list(): readonly BoundSlot[] {
    return this.#slots.flatMap((slot, number) => {
      const begin = this.#begin + number * this.#width
      return slot === undefined ? [] : [slot.snapshot(begin, begin + this.#width)]
    })
  }

  /** What left before the first slot is in that slot. */
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
