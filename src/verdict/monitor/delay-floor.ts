import { SECOND, type Nanos } from '../../base/nanos.ts'
import type { Slot } from './slot.ts'

/**
 * How fast two clocks drift apart: oscillators of computers are within about 50 ppm each. The clock offset cancels in differences, but the drift
 * between two probes does not: it adds to one direction what it takes from the other.
 */
export const CLOCK_DRIFT = 100e-6
/** The smallest delays are kept for this long, in periods of ten seconds. */
const PERIOD: Nanos = 10 * SECOND
const PERIODS = 30
/** Samples of the last minute. With more probes the latest ones are enough for a median. */
const MOST_SAMPLES = 240
const COLUMNS = 6

/** One-way delays of a probe; the constant in them is unknown, so only differences of the same direction mean something. */
export type DelaySample = Pick<Slot, 'due' | 'forward' | 'back'>

/** The smallest delays of the last minutes, and when they were seen. Infinity: none was. */
export interface Floor {
  readonly forward: Nanos
  readonly forwardAt: Nanos
  readonly back: Nanos
  readonly backAt: Nanos
  /** Both directions of one probe: the round trip without the time in the server. */
  readonly network: Nanos
}

export const NO_FLOOR: Floor = { forward: Infinity, forwardAt: 0, back: Infinity, backAt: 0, network: Infinity }

/** Delays of a flow by direction: the smallest of the last five minutes, and samples of the last minute. */
export class DelayFloor {
  /** Allocated when the server first reports a time. Number of the period, and the five figures of its floor. */
  #periods: Float64Array | undefined
  #samples: Float64Array | undefined
  #count = 0
  /** The latest result of `floor`, and for which period and number of samples. */
  #known = { floor: NO_FLOOR, number: NaN, count: 0 }

  get bytes(): number {
    return (this.#periods?.byteLength ?? 0) + (this.#samples?.byteLength ?? 0)
  }

  push({ due, forward, back }: Slot): void {
    if (Number.isNaN(forward)) return
    this.#periods ??= new Float64Array(COLUMNS * PERIODS).fill(-Infinity)
    this.#samples ??= new Float64Array(3 * MOST_SAMPLES)
    this.#samples.set([due, forward, back], 3 * (this.#count % MOST_SAMPLES))
    this.#count += 1
    const number = Math.floor(due / PERIOD)
    const at = COLUMNS * placeOf(number)
    if (this.#periods[at] !== number) this.#periods.set([number, Infinity, 0, Infinity, 0, Infinity], at)
    const next = withSample(this.#floorAt(this.#periods, at), { due, forward, back })
    this.#periods.set([number, next.forward, next.forwardAt, next.back, next.backAt, next.network], at)
  }

  /** Visits the samples since a time. */
  visit(since: Nanos, visit: (forward: Nanos, back: Nanos) => void): void {
    const samples = this.#samples
    if (samples === undefined) return
    for (let n = Math.max(0, this.#count - MOST_SAMPLES); n < this.#count; n++) {
      const at = 3 * (n % MOST_SAMPLES)
      if ((samples[at] ?? 0) > since) visit(samples[at + 1] ?? NaN, samples[at + 2] ?? NaN)
    }
  }

  /** The smallest delays of the last five minutes. */
  floor(now: Nanos): Floor {
    const periods = this.#periods
    if (periods === undefined) return NO_FLOOR
    const number = Math.floor(now / PERIOD)
    const { floor: known } = this.#known
    if (this.#known.number === number && this.#known.count === this.#count) return known
    let floor = NO_FLOOR
    for (let newer = 0; newer < PERIODS; newer++) {
      const at = COLUMNS * placeOf(number - newer)
      if (periods[at] === number - newer) floor = withOlder(floor, this.#floorAt(periods, at))
    }
    this.#known = { floor, number, count: this.#count }
    return floor
  }

  #floorAt(periods: Float64Array, at: number): Floor {
    return {
      forward: periods[at + 1] ?? Infinity,
      forwardAt: periods[at + 2] ?? 0,
      back: periods[at + 3] ?? Infinity,
      backAt: periods[at + 4] ?? 0,
      network: periods[at + 5] ?? Infinity,
    }
  }
}

/** The floor of samples of the same time, with one more of them. */
export function withSample(floor: Floor, { due, forward, back }: DelaySample): Floor {
  const network = forward + back
  if (forward >= floor.forward && back >= floor.back && network >= floor.network) return floor
  return {
    forward: Math.min(forward, floor.forward),
    forwardAt: forward < floor.forward ? due : floor.forwardAt,
    back: Math.min(back, floor.back),
    backAt: back < floor.back ? due : floor.backAt,
    network: Math.min(network, floor.network),
  }
}

/** A floor together with one of an earlier time, whose delays are smaller only if the drift does not explain the difference. */
export function withOlder(floor: Floor, older: Floor): Floor {
  const isForward = older.forward + CLOCK_DRIFT * (floor.forwardAt - older.forwardAt) < floor.forward
  const isBack = older.back + CLOCK_DRIFT * (floor.backAt - older.backAt) < floor.back
  return {
    forward: isForward ? older.forward : floor.forward,
    forwardAt: isForward ? older.forwardAt : floor.forwardAt,
    back: isBack ? older.back : floor.back,
    backAt: isBack ? older.backAt : floor.backAt,
    network: Math.min(older.network, floor.network),
  }
}

function placeOf(period: number): number {
  return ((period % PERIODS) + PERIODS) % PERIODS
}
