import { SECOND, type Nanos } from '../../base/nanos.ts'
import type { Slot } from './slot.ts'

/** The smallest delays are kept for this long, in periods of ten seconds. */
const PERIOD: Nanos = 10 * SECOND
const PERIODS = 30
/** Samples of the last minute. With more probes the latest ones are enough for a median. */
const MOST_SAMPLES = 240
const COLUMNS = 6

/** One-way delays of a probe; the constant in them is unknown, so only differences of the same direction mean something. */
export interface DelaySample {
  readonly due: Nanos
  readonly forward: Nanos
  readonly back: Nanos
}

/** The smallest delays of the last minutes, and when they were seen. */
export interface Floor {
  readonly forward: Nanos
  readonly forwardAt: Nanos
  readonly back: Nanos
  readonly backAt: Nanos
  /** Both directions of one probe: the round trip without the time in the server. */
  readonly network: Nanos
}

const NO_FLOOR: Floor = { forward: Infinity, forwardAt: 0, back: Infinity, backAt: 0, network: Infinity }

/** Delays of a flow by direction: the smallest of the last five minutes, and samples of the last minute. */
export class DelayFloor {
  /** Allocated when the server first reports a time. Number of the period, and the five figures of its floor. */
  #periods: Float64Array | undefined
  #samples: Float64Array | undefined
  #count = 0

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
    const at = COLUMNS * (((number % PERIODS) + PERIODS) % PERIODS)
    if (this.#periods[at] !== number) this.#periods.set([number, Infinity, 0, Infinity, 0, Infinity], at)
    const next = lower(this.#floorAt(this.#periods, at), { due, forward, back })
    this.#periods.set([number, next.forward, next.forwardAt, next.back, next.backAt, next.network], at)
  }

  /** The samples since a time. */
  samples(since: Nanos): DelaySample[] {
    const found: DelaySample[] = []
    for (let n = Math.max(0, this.#count - MOST_SAMPLES); n < this.#count; n++) {
      const at = 3 * (n % MOST_SAMPLES)
      const [due = 0, forward = NaN, back = NaN] = this.#samples?.subarray(at, at + 3) ?? []
      if (due > since) found.push({ due, forward, back })
    }
    return found
  }

  /** The smallest delays of the last five minutes and of these further samples. */
  floor(now: Nanos, further: readonly DelaySample[]): Floor {
    let floor = NO_FLOOR
    const oldest = Math.floor(now / PERIOD) - PERIODS
    for (let at = 0; at < (this.#periods?.length ?? 0); at += COLUMNS) {
      if (this.#periods === undefined || (this.#periods[at] ?? -Infinity) <= oldest) continue
      const { forward, forwardAt, back, backAt, network } = this.#floorAt(this.#periods, at)
      floor = {
        ...(forward < floor.forward ? { forward, forwardAt } : { forward: floor.forward, forwardAt: floor.forwardAt }),
        ...(back < floor.back ? { back, backAt } : { back: floor.back, backAt: floor.backAt }),
        network: Math.min(network, floor.network),
      }
    }
    return further.reduce(lower, floor)
  }

  #floorAt(periods: Float64Array, at: number): Floor {
    const [, forward = Infinity, forwardAt = 0, back = Infinity, backAt = 0, network = Infinity] = periods.subarray(
      at,
      at + COLUMNS,
    )
    return { forward, forwardAt, back, backAt, network }
  }
}

function lower(floor: Floor, { due, forward, back }: DelaySample): Floor {
  const network = forward + back
  if (forward >= floor.forward && back >= floor.back && network >= floor.network) return floor
  return {
    ...(forward < floor.forward ? { forward, forwardAt: due } : { forward: floor.forward, forwardAt: floor.forwardAt }),
    ...(back < floor.back ? { back, backAt: due } : { back: floor.back, backAt: floor.backAt }),
    network: Math.min(network, floor.network),
  }
}
