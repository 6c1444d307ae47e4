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
  /** 99th percentile of the delay above the least one. It needs no symmetry of the path (RFC 5481). */
  readonly queueP99: Nanos
}

export interface OneWayDelayResult {
  /** Server's clock − ours in the middle of the run, ns. */
  readonly offset: Nanos
  /** How wrong the offset and both directions are at most, if both clocks run at a constant rate; and at half of the exchanges. */
  readonly error: Nanos
  readonly errorMedian: Nanos
  /** The same for any clock, at the moments of the quickest exchanges. */
  readonly errorAnyClock: Nanos
  /** How wrong the queueing is at most. */
  readonly queueError: Nanos
  /** Undefined: too few exchanges or too little time. */
  readonly skew: ClockSkew | undefined
  /** From us to the server (RFC 7679). */
  readonly forward: DirectionDelay
  /** From the server to us. */
  readonly return: DirectionDelay
  /** Whether the percentiles are those of a fair sample of the exchanges. */
  readonly isSampled: boolean
}

/** Exchanges that are kept for percentiles, 44 bytes each. */
const MOST_EXCHANGES = 2 ** 19
const MOST_IN_SUMMARY = 2 ** 14
/** No line is for longer, for the rate of an oscillator follows the temperature. */
const LONGEST: Nanos = 600 * SECOND

/**
 * One-way delays (RFC 7679) without synchronised clocks. Each exchange bounds the offset between the clocks at its own moments; between
 * exchanges both clocks are taken to run at a constant rate, and what contradicts that is found (docs/result.md, One-way delay).
 */
export class OneWayDelay {
  readonly #sample: ExchangeSample
  readonly #history = new ClockHistory()
  /** Of the part under way. */
  #slots: BoundSlots | undefined
  #until: Nanos = -Infinity
  #forwardMin: Nanos = Infinity
  #returnMin: Nanos = Infinity

  /** @param summary keeps fewer exchanges, for a run without end */
  constructor(summary: boolean) {
    this.#sample = new ExchangeSample(summary ? MOST_IN_SUMMARY : MOST_EXCHANGES)
  }

  /**
   * A probe that was answered: `sent` and `arrived` by our clock, `serverArrival` by the server's (ns since any fixed
   * moment), `dwell` how long the server kept it.
   */
  push(sent: Nanos, serverArrival: Nanos, dwell: Nanos, arrived: Nanos): void {
    const upper = serverArrival - sent
    const lower = serverArrival + dwell - arrived
    // The server cannot have kept it longer than it was away: a clock was set meanwhile, or the evidence is wrong.
    if (lower > upper) return
    if (sent >= this.#until) {
      this.#close()
      this.#until = sent + LONGEST
    }
    this.#slots ??= new BoundSlots(sent)
    this.#slots.push(sent, arrived, upper, lower)
    this.#sample.push(sent, arrived, upper, lower)
  }

  /** How often the clocks did not run at a constant rate; errors then hold for any clock only. */
  get changeCount(): number {
    this.#close()
    return this.#history.changeCount
  }

  /** Those changes, the first hundred. */
  get changes(): readonly ClockChange[] {
    this.#close()
    return this.#history.changes
  }

  /** Undefined before the first usable exchange. Later exchanges form a separate part. */
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
