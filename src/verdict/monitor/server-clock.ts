import { SECOND, type Nanos } from '../../base/nanos.ts'
import type { RunFacts } from '../../facts/run.ts'
import { anyClockError } from '../../ledger/one-way/any-clock-error.ts'
import { findBend } from '../../ledger/one-way/bend.ts'
import type { BoundSlot, Exchange } from '../../ledger/one-way/bound-slots.ts'
import { divideTime } from '../../ledger/one-way/clock-segments.ts'
import { errorAt } from '../../ledger/one-way/error-bar.ts'
import { offsetAt, type OffsetLine } from '../../ledger/one-way/offset-line.ts'
import { DelayBucketFold, type DelayBuckets } from './delay-buckets.ts'
import type { Slot } from './slot.ts'

/** The clock of a server as of the last closed epoch. */
export interface ClockFigures {
  /** The server's real time less ours when the last reply arrived. Undefined: ours is not known. */
  readonly offsetSeconds: number | undefined
  /** Maximum error of the offset, and of the one-way delays of that epoch. */
  readonly errorSeconds: number
  /** How much faster the server's clock runs, a ratio. Undefined: there are too few exchanges, or it is not constant. */
  readonly skew: number | undefined
}

/** One-way delays by the estimated offset. */
export interface OneWayBuckets {
  readonly forward: DelayBuckets
  readonly return: DelayBuckets
}

/** The offset follows a line through this many epochs, and this time at most: the rate of an oscillator follows the temperature. */
const MOST_EPOCHS = 30
const LONGEST: Nanos = 300 * SECOND
/** Before so many epochs the rate is known to some ten ppm only. */
const LEAST_EPOCHS = 7

/**
 * Estimates the clock of the server of a flow as the Result of `send` does (docs/result.md, One-way delay), from the exchanges of the last
 * closed epochs. Of an earlier epoch it keeps those with the tightest bounds.
 */
export class ServerClock {
  /** Present while the last closed epoch had an exchange. */
  figures: ClockFigures | undefined
  readonly #oneWay: { readonly forward: DelayBucketFold; readonly return: DelayBucketFold } | undefined
  #path: number | undefined
  /** The earlier epochs on the present line. */
  #epochs: readonly BoundSlot[] = []

  /** @param bounds of one-way delays in seconds. Undefined: they are not counted. */
  constructor(bounds: readonly number[] | undefined) {
    if (bounds !== undefined)
      this.#oneWay = { forward: new DelayBucketFold(bounds), return: new DelayBucketFold(bounds) }
  }

  /** Undefined: they are not counted. */
  get oneWay(): OneWayBuckets | undefined {
    if (this.#oneWay === undefined) return undefined
    return { forward: this.#oneWay.forward.result(), return: this.#oneWay.return.result() }
  }

  /**
   * Adds a closed epoch.
   * @param serverSecond the second since 1970 from which `forward` of the slots counts
   */
  add(path: number, slots: readonly Slot[], serverSecond: number | undefined, { epoch }: RunFacts): void {
    const parts = secondsOf(exchangesOf(slots))
    const newest = parts.at(-1)
    this.figures = undefined
    if (newest === undefined || serverSecond === undefined) return
    // Another address is another clock.
    const before = this.#path === path ? this.#epochs : []
    this.#path = path
    this.#epochs = []
    const { segments } = divideTime([...before, ...parts.map(({ slot }) => slot)])
    const segment = segments.findLast(({ slots: own }) => own.includes(newest.slot))
    if (segment === undefined) return
    const { line } = segment
    // From where on the clock was not set again.
    const known = parts.filter(({ slot }) => segment.slots.includes(slot))
    const epochSlot = tightest(known.flatMap(({ exchanges }) => exchanges))
    if (epochSlot === undefined) return
    for (const { exchanges } of known) this.#count(exchanges, line)
    const bend = findBend(segment.slots, line)
    const since = newest.slot.end - LONGEST
    const older = before.filter(slot => slot.begin >= since && segment.slots.includes(slot)).slice(1 - MOST_EPOCHS)
    // After a likely bend the line is no longer that of the clock.
    this.#epochs = bend?.isLikely === true ? [epochSlot] : [...older, epochSlot]
    const error =
      bend === undefined
        ? Math.max(errorAt(line, epochSlot.begin), errorAt(line, epochSlot.lastArrival))
        : anyClockError(segment.slots.slice(-known.length), line)
    const offset = offsetAt(line, epochSlot.lastArrival)
    const isSkewKnown = line.isRateKnown && bend === undefined && older.length >= LEAST_EPOCHS
    this.figures = {
      offsetSeconds: epoch === undefined ? undefined : serverSecond - epoch.seconds + (offset - epoch.nanos) / SECOND,
      errorSeconds: error / SECOND,
      skew: isSkewKnown ? line.slope : undefined,
    }
  }

  /** The bounds of an exchange hold for any clock, so no delay is negative. */
  #count(exchanges: readonly Exchange[], line: OffsetLine): void {
    if (this.#oneWay === undefined) return
    for (const { sent, arrived, upper, lower } of exchanges) {
      this.#oneWay.forward.push(Math.max(0, upper - offsetAt(line, sent)))
      this.#oneWay.return.push(Math.max(0, offsetAt(line, arrived) - lower))
    }
  }
}

/** The exchanges of which both times of the server are known. Those of a corrupt reply may be wrong. */
function exchangesOf(slots: readonly Slot[]): readonly Exchange[] {
  return slots.flatMap(({ state, sent, rtt, forward, back }) =>
    Number.isNaN(forward) || state === 'corrupt' ? [] : [{ sent, arrived: sent + rtt, upper: forward, lower: -back }],
  )
}

/** The exchanges by seconds, each with its tightest bounds. */
function secondsOf(
  exchanges: readonly Exchange[],
): readonly { readonly exchanges: readonly Exchange[]; readonly slot: BoundSlot }[] {
  const seconds = new Map<number, Exchange[]>()
  for (const exchange of exchanges) {
    const second = Math.floor(exchange.sent / SECOND)
    const others = seconds.get(second)
    if (others === undefined) seconds.set(second, [exchange])
    else others.push(exchange)
  }
  return [...seconds.values()].flatMap(own => {
    const slot = tightest(own)
    return slot === undefined ? [] : [{ exchanges: own, slot }]
  })
}

function tightest(exchanges: readonly Exchange[]): BoundSlot | undefined {
  const [first, ...others] = exchanges
  if (first === undefined) return undefined
  let [leastUpper, greatestLower, quickest, begin, end, lastArrival] = [first, first, first, first.sent, first.sent, 0]
  for (const exchange of [first, ...others]) {
    const { sent, arrived, upper, lower } = exchange
    if (upper < leastUpper.upper) leastUpper = exchange
    if (lower > greatestLower.lower) greatestLower = exchange
    if (upper - lower < quickest.upper - quickest.lower) quickest = exchange
    begin = Math.min(begin, sent)
    end = Math.max(end, sent)
    lastArrival = Math.max(lastArrival, arrived)
  }
  // An end is beyond its slot.
  return { begin, end: end + 1, lastArrival, leastUpper, greatestLower, quickest }
}
