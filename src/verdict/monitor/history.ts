import { SECOND, type Nanos } from '../../base/nanos.ts'
import { isLost, isSettled, type Slot } from './slot.ts'
import type { HistoryPoint, RttFigures } from './view.ts'

/** Length of the period of a point. */
export const POINT: Nanos = 10 * SECOND
/** An hour. */
export const POINTS = 360

/** The number of the point of a slot that is due at this driver's time. */
export function pointOf(due: Nanos): number {
  return Math.floor(due / POINT)
}

/** Calls `add` with the points of a slot, and the number of slots of each. It is one point unless the slot stands for many. */
export function visitPoints(
  { due, repeat }: Slot,
  interval: Nanos,
  add: (number: number, count: number) => void,
): void {
  const last = pointOf(due + (repeat - 1) * interval)
  const before = (moment: Nanos): number => Math.min(repeat, Math.max(0, Math.ceil((moment - due) / interval)))
  for (let number = Math.max(pointOf(due), last - POINTS); number <= last; number++)
    add(number, before((number + 1) * POINT) - before(number * POINT))
}

/** Figures of final slots in points of ten seconds, in columns of a fixed length. */
export class History {
  /** Number of the point that a place holds. */
  readonly #numbers = new Float64Array(POINTS).fill(-Infinity)
  /** Settled, lost and missed of each point. */
  readonly #counts = new Uint32Array(3 * POINTS)
  /** Minimum, median, 99th percentile and maximum of each point, ms; NaN: no reply. */
  readonly #rtts = new Float32Array(4 * POINTS)

  get bytes(): number {
    return this.#numbers.byteLength + this.#counts.byteLength + this.#rtts.byteLength
  }

  add(slot: Slot, interval: Nanos): void {
    const { state } = slot
    visitPoints(slot, interval, (number, count) => {
      const place = this.#open(number)
      if (place === undefined) return
      if (isSettled(state)) this.#count(place, 0, count)
      if (isLost(state)) this.#count(place, 1, count)
      if (state === 'missed') this.#count(place, 2, count)
    })
  }

  /** Round trips of all final slots of a point. */
  setRtt(number: number, { minMs, p50Ms, p99Ms, maxMs }: RttFigures): void {
    const place = this.#open(number)
    if (place !== undefined) this.#rtts.set([minMs, p50Ms, p99Ms, maxMs], 4 * place)
  }

  /** The numbers of the points that are kept at this time, the oldest first. */
  numbers(now: Nanos): number[] {
    const oldest = pointOf(now) - POINTS
    return Array.from(this.#numbers.filter(number => number > oldest)).sort((one, other) => one - other)
  }

  /** Undefined: no slot of it is final. */
  point(number: number): Omit<HistoryPoint, 'at'> | undefined {
    const place = placeOf(number)
    if (this.#numbers[place] !== number) return undefined
    const [settled = 0, lost = 0, missed = 0] = this.#counts.subarray(3 * place, 3 * place + 3)
    const [minMs = NaN, p50Ms = NaN, p99Ms = NaN, maxMs = NaN] = this.#rtts.subarray(4 * place, 4 * place + 4)
    return { settled, lost, missed, ...(Number.isNaN(minMs) ? {} : { rtt: { minMs, p50Ms, p99Ms, maxMs } }) }
  }

  #count(place: number, column: number, count: number): void {
    this.#counts[3 * place + column] = (this.#counts[3 * place + column] ?? 0) + count
  }

  /** The place of a point, cleared if it held an older one. Undefined: the point is too old. */
  #open(number: number): number | undefined {
    const place = placeOf(number)
    const held = this.#numbers[place] ?? -Infinity
    if (held > number) return undefined
    if (held < number) {
      this.#numbers[place] = number
      this.#counts.fill(0, 3 * place, 3 * place + 3)
      this.#rtts.fill(NaN, 4 * place, 4 * place + 4)
    }
    return place
  }
}

function placeOf(number: number): number {
  return ((number % POINTS) + POINTS) % POINTS
}
