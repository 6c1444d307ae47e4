import { SECOND, type Nanos } from '../base/nanos.ts'
import { BoundSlots } from './one-way/bound-slots.ts'
import { ClockHistory, type ClockChange, type ClockSkew } from './one-way/clock-history.ts'
import { divideTime } from './one-way/clock-segments.ts'
import { ExchangeSample } from './one-way/exchange-sample.ts'
import { DELAY, settleDelays } from './one-way/segment-delays.ts'
import { percentileRank } from './percentile.ts'

/** One direction, ns. */
export interface DirectionDelay {
  readonly min: Nanos
  readonly p50: Nanos
  readonly p99: Nanos
  /** 99th percentile of the delay above the minimum. It needs no symmetry of the path (RFC 5481). */
  readonly queueP99: Nanos
}

export interface OneWayDelayResult {
  /** Server's clock − ours in the middle of the run, ns. */
  readonly offset: Nanos
  /** Maximum error of the offset and of both directions if both clocks run at a constant rate; and the maximum in half of the exchanges. */
  readonly error: Nanos
  readonly errorMedian: Nanos
  /** The same for any clock, at the times of the quickest exchanges. */
  readonly errorAnyClock: Nanos
  readonly queueError: Nanos
  /** Undefined: too few exchanges or too little time. */
  readonly skew: ClockSkew | undefined
  /** From us to the server (RFC 7679). */
  readonly forward: DirectionDelay
  /** From the server to us. */
  readonly return: DirectionDelay
  /** Whether the percentiles are those of a uniform sample of the exchanges. */
  readonly isSampled: boolean
}

/** Exchanges kept for percentiles, 44 bytes each. */
const MOST_EXCHANGES = 2 ** 19
const MOST_IN_SUMMARY = 2 ** 14
/** Maximum length of a line, because the rate of an oscillator follows the temperature. */
const LONGEST: Nanos = 600 * SECOND

/**
 * One-way delays (RFC 7679) without synchronized clocks. Each exchange bounds the offset between the clocks at its own times; between exchanges
 * both clocks are assumed to run at a constant rate, and contradictions to that are detected (docs/result.md, One-way delay).
 */
export class OneWayDelay {
  readonly #sample: ExchangeSample
  readonly #history = new ClockHistory()
  /** Slots of the current part. */
  #slots: BoundSlots | undefined
  #until: Nanos = -Infinity
  #forwardMin: Nanos = Infinity
  #returnMin: Nanos = Infinity

  /** @param summary keeps fewer exchanges, for an endless run */
  constructor(summary: boolean) {
    this.#sample = new ExchangeSample(summary ? MOST_IN_SUMMARY : MOST_EXCHANGES)
  }

  /**
   * An answered probe: `sent` and `arrived` by our clock, `serverArrival` by the server's (ns since any fixed time), `dwell` is the time in the
   * server.
   */
  push(sent: Nanos, serverArrival: Nanos, dwell: Nanos, arrived: Nanos): void {
    const upper = serverArrival - sent
    const lower = serverArrival + dwell - arrived
    // The dwell cannot exceed the round trip: a clock was set meanwhile, or the evidence is wrong.
    if (lower > upper) return
    if (sent >= this.#until) {
      this.#close()
      this.#until = sent + LONGEST
    }
    this.#slots ??= new BoundSlots(sent)
    this.#slots.push(sent, arrived, upper, lower)
    this.#sample.push(sent, arrived, upper, lower)
  }

  /** Number of times at which the rate of the clocks changed; errors then hold for any clock only. */
  get changeCount(): number {
    this.#close()
    return this.#history.changeCount
  }

  /** Whether the exchanges agree with clocks of a constant rate. */
  get isSteady(): boolean {
    this.#close()
    return this.#history.changeCount === 0 && !this.#history.isDoubtful
  }

  /** The first hundred of these changes. */
  get changes(): readonly ClockChange[] {
    this.#close()
    return this.#history.changes
  }

  /** Undefined before the first usable exchange. Later exchanges form a new part. */
  result(): OneWayDelayResult | undefined {
    this.#close()
    const { offset, error, errorAnyClock, queueError, skew } = this.#history
    const errors = this.#sample.sorted(DELAY.error)
    if (offset === undefined || errors.length === 0) return undefined
    return {
      offset,
      error,
      errorMedian: at(errors, 0.5),
      errorAnyClock,
      queueError,
      skew,
      forward: this.#direction(this.#forwardMin, DELAY.forward, DELAY.queueForward),
      return: this.#direction(this.#returnMin, DELAY.return, DELAY.queueReturn),
      isSampled: !this.#sample.isWhole,
    }
  }

  #close(): void {
    if (this.#slots === undefined) return
    const time = divideTime(this.#slots.list())
    this.#history.add(time)
    for (const least of settleDelays(this.#sample, time.segments)) {
      this.#forwardMin = Math.min(this.#forwardMin, least.forward)
      this.#returnMin = Math.min(this.#returnMin, least.return)
    }
    this.#slots = undefined
    this.#until = -Infinity
  }

  #direction(min: Nanos, delay: number, queue: number): DirectionDelay {
    const delays = this.#sample.sorted(delay)
    return { min, p50: at(delays, 0.5), p99: at(delays, 0.99), queueP99: at(this.#sample.sorted(queue), 0.99) }
  }
}

function at(sorted: Float64Array, p: number): Nanos {
  return sorted[percentileRank(p, sorted.length) - 1] ?? NaN
}
