import type { Nanos } from '../base/nanos.ts'
import type { DelayStatistic, DelaySummary } from './delay-summary.ts'

/** One-way delays by an offset found in band: only as good as the path is symmetric. */
export interface OneWayDelayResult {
  /** Server clock − our clock, ns. */
  readonly offset: Nanos
  /** The offset, and so each one-way delay, is off by at most this (ns): half the smallest round trip. */
  readonly errorBar: Nanos
  /** From us to the server (RFC 7679). */
  readonly forward: DelaySummary
  /** From the server to us. */
  readonly return: DelaySummary
}

interface Sample {
  /** Server's arrival − our sending: forward delay + offset. */
  readonly ahead: Nanos
  /** The network's part of the round trip. */
  readonly rtt: Nanos
}

/** Samples looked at before the statistics are filled. */
const SETTLING = 256

/**
 * One-way delay (RFC 7679) without synchronised clocks. The offset is taken from the sample with the smallest network
 * round trip (the clock filter of RFC 5905 section 10): it waited least, so least of it can be asymmetric.
 *
 * The statistics hold delays by a provisional offset, and the result shifts them to the final one. It is settled over
 * the first 256 samples, so that a histogram sees numbers of the size of delays, not of the offset between two clocks.
 */
export class OneWayDelay {
  readonly #forward: DelayStatistic
  readonly #return: DelayStatistic
  #best: Sample | undefined
  #waiting: Sample[] = []
  #settled: Nanos | undefined

  /** Two empty statistics of its own: `Samples` for exact results, `LogHistogram` for runs without end. */
  constructor(forward: DelayStatistic, back: DelayStatistic) {
    this.#forward = forward
    this.#return = back
  }

  /**
   * A probe that was answered: `sent` and `arrived` by our clock, `serverArrival` by the server's (ns since any fixed
   * moment), `dwell` how long the server kept it.
   */
  push(sent: Nanos, serverArrival: Nanos, dwell: Nanos, arrived: Nanos): void {
    const sample = { ahead: serverArrival - sent, rtt: arrived - sent - dwell }
    // The server cannot have kept it longer than it was away: a clock was stepped, and this sample tells nothing.
    if (sample.rtt < 0) return
    if (this.#best === undefined || sample.rtt < this.#best.rtt) this.#best = sample
    if (this.#settled !== undefined) this.#book(sample, this.#settled)
    else if (this.#waiting.push(sample) === SETTLING) this.#settle(this.#best)
  }

  /** Undefined while no usable sample came. */
  result(): OneWayDelayResult | undefined {
    if (this.#best === undefined) return undefined
    const settled = this.#settled ?? this.#settle(this.#best)
    const offset = offsetBy(this.#best)
    const forward = this.#forward.result()
    const back = this.#return.result()
    if (forward === undefined || back === undefined) return undefined
    return {
      offset,
      errorBar: this.#best.rtt / 2,
      forward: shifted(forward, settled - offset),
      return: shifted(back, offset - settled),
    }
  }

  #settle(best: Sample): Nanos {
    const settled = offsetBy(best)
    this.#settled = settled
    for (const sample of this.#waiting) this.#book(sample, settled)
    this.#waiting = []
    return settled
  }

  #book(sample: Sample, offset: Nanos): void {
    const forward = sample.ahead - offset
    this.#forward.push(forward)
    this.#return.push(sample.rtt - forward)
  }
}

/** ((T2 − T1) + (T3 − T4)) / 2 of RFC 5905 section 8, written so that large clock readings lose no digits. */
function offsetBy(sample: Sample): Nanos {
  return sample.ahead - sample.rtt / 2
}

function shifted(summary: DelaySummary, by: Nanos): DelaySummary {
  return {
    count: summary.count,
    min: summary.min + by,
    mean: summary.mean + by,
    p50: summary.p50 + by,
    p90: summary.p90 + by,
    p95: summary.p95 + by,
    p99: summary.p99 + by,
    p999: summary.p999 + by,
    max: summary.max + by,
    stddev: summary.stddev,
  }
}
