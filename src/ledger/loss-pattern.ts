import { toMs, type Nanos } from '../base/nanos.ts'

/** A run of at least two losses in send order: a moment when nothing came through, not a single drop. */
export interface Outage {
  /** When the first lost probe was sent, ms since the run started. */
  readonly startMs: number
  /** From the first lost probe to the next answered one; to the last lost one where the run ended first. */
  readonly lengthMs: number
  readonly lost: number
}

/** How losses lie in send order. */
export interface LossPatternResult {
  readonly lost: number
  readonly total: number
  /** The longest run of losses, in probes. */
  readonly longestRun: number
  /** Loss periods (RFC 3357 section 4.3): runs of at least one loss. */
  readonly runs: number
  /** The first 1000 outages. */
  readonly outages: readonly Outage[]
  readonly outagesOmitted: number
}

const OUTAGES_KEPT = 1000

/** Loss runs and outages of one client, from its probes in send order, in constant memory. */
export class LossPattern {
  #lost = 0
  #total = 0
  #longestRun = 0
  #runs = 0
  readonly #outages: Outage[] = []
  #outagesOmitted = 0
  #run = 0
  #runStart: Nanos = 0
  #lastLost: Nanos = 0

  /** The next probe in send order; `sent` is ns since the run started. */
  push(lost: boolean, sent: Nanos): void {
    this.#total++
    if (!lost) {
      if (this.#run >= 2) {
        if (this.#outages.length < OUTAGES_KEPT) this.#outages.push(this.#outage(sent))
        else this.#outagesOmitted++
      }
      this.#run = 0
      return
    }
    this.#lost++
    if (this.#run === 0) {
      this.#runs++
      this.#runStart = sent
    }
    this.#run++
    this.#lastLost = sent
    if (this.#run > this.#longestRun) this.#longestRun = this.#run
  }

  result(): LossPatternResult {
    const open = this.#run >= 2
    const room = this.#outages.length < OUTAGES_KEPT
    return {
      lost: this.#lost,
      total: this.#total,
      longestRun: this.#longestRun,
      runs: this.#runs,
      outages: open && room ? [...this.#outages, this.#outage(this.#lastLost)] : [...this.#outages],
      outagesOmitted: this.#outagesOmitted + (open && !room ? 1 : 0),
    }
  }

  #outage(end: Nanos): Outage {
    // A journal may hold probes that left in another order than they are numbered.
    return { startMs: toMs(this.#runStart), lengthMs: toMs(Math.max(0, end - this.#runStart)), lost: this.#run }
  }
}

/**
 * RFC 3357 section 5.4.1, lost packets only: how many sequence numbers each loss lies after the loss before it; 0 for
 * the first. `bits` tells in send order what was lost: reordering at the receiver must not matter.
 */
export function lossDistances(bits: Iterable<boolean>): number[] {
  const distances: number[] = []
  let sequence = 0
  let previous: number | undefined
  for (const lost of bits) {
    if (lost) {
      distances.push(previous === undefined ? 0 : sequence - previous)
      previous = sequence
    }
    sequence++
  }
  return distances
}

/** RFC 3357 section 5.4.2, lost packets only: the number, from 1, of the loss period each loss belongs to. */
export function lossPeriods(bits: Iterable<boolean>): number[] {
  let period = 0
  return lossDistances(bits).map(distance => (distance === 1 ? period : ++period))
}

/** RFC 3357 section 6.3: the number of losses in each loss period. Its length is section 6.2's total of periods. */
export function lossPeriodLengths(bits: Iterable<boolean>): number[] {
  const lengths: number[] = []
  for (const period of lossPeriods(bits)) lengths[period - 1] = (lengths[period - 1] ?? 0) + 1
  return lengths
}

/**
 * RFC 3357 section 6.4: for each loss period the distance from the last loss of the period before it; 0 for the first.
 */
export function interLossPeriods(bits: Iterable<boolean>): number[] {
  return lossDistances(bits).filter(distance => distance !== 1)
}

/**
 * RFC 3357 section 6.1: the share of losses that lie at most `delta` sequence numbers after the loss before them, so
 * close that a receiver's concealment would be noticed. The first loss is never noticeable; without a loss there is no
 * share.
 */
export function noticeableRate(bits: Iterable<boolean>, delta: number): number | undefined {
  const distances = lossDistances(bits)
  if (distances.length === 0) return undefined
  return distances.filter(distance => distance > 0 && distance <= delta).length / distances.length
}
