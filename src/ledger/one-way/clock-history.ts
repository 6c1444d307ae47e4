import type { Nanos } from '../../base/nanos.ts'
import { anyClockError } from './any-clock-error.ts'
import { placeBend } from './bend-place.ts'
import { findBend } from './bend.ts'
import type { ClockSegment, DividedTime } from './clock-segments.ts'
import { largestError, rangeAt } from './error-bar.ts'
import { nearest } from './feasible-slopes.ts'
import { offsetAt, type OffsetLine } from './offset-line.ts'

/** A change of the offset between two clocks that no constant rate explains. */
export interface ClockChange {
  /** `step`: the bounds before and after exclude each other. `bend`: a smaller change that chance does not explain. */
  readonly kind: 'step' | 'bend'
  /** Approximate time, by our clock. */
  readonly at: Nanos
  /** Approximate advance of the server's clock relative to ours; NaN: unknown. */
  readonly size: Nanos
}

/** The rate of the server's clock relative to ours, as a ratio that is 0 for equal rates, and its interval. */
export interface ClockSkew {
  readonly value: number
  readonly lowest: number
  readonly highest: number
}

/** Maximum number of lines kept to find the one in the middle of a run. */
const MOST_LINES = 1024
/** Maximum number of changes kept; later ones are only counted. */
const MOST_CHANGES = 100

/** The history of both clocks over consecutive parts of a run, in bounded memory. */
export class ClockHistory {
  readonly changes: ClockChange[] = []
  changeCount = 0
  /** Whether a bend was found that chance may explain. */
  isDoubtful = false
  /** Maximum error of offset and delays if both clocks ran at a constant rate in each segment. */
  error: Nanos = 0
  errorAnyClock: Nanos = 0
  queueError: Nanos = 0
  #time: Nanos = 0
  #advance: Nanos = 0
  #lowest = Infinity
  #highest = -Infinity
  #from: Nanos = Infinity
  #to: Nanos = -Infinity
  #last: OffsetLine | undefined
  #lines: Pick<OffsetLine, 'from' | 'to' | 'slope' | 'offset'>[] = []

  add({ segments, breaks }: DividedTime): void {
    for (const { from, to, size } of breaks) this.#change({ kind: 'step', at: (from + to) / 2, size })
    const first = segments[0]
    if (this.#last !== undefined && first !== undefined) this.#join(this.#last, first.line)
    for (const segment of segments) this.#addSegment(segment)
  }

  /** The offset in the middle of the time, or at the nearest time with a line. Undefined: there is no line. */
  get offset(): Nanos | undefined {
    const middle = (this.#from + this.#to) / 2
    const distance = ({ from, to }: { from: Nanos; to: Nanos }): Nanos => Math.abs(middle - nearest(middle, from, to))
    const [first, ...others] = this.#lines
    if (first === undefined) return undefined
    const line = others.reduce((best, one) => (distance(one) < distance(best) ? one : best), first)
    return line.offset + line.slope * (nearest(middle, line.from, line.to) - line.from)
  }

  /** The mean rate, if known. */
  get skew(): ClockSkew | undefined {
    if (this.#time === 0) return undefined
    return { value: this.#advance / this.#time, lowest: this.#lowest, highest: this.#highest }
  }

  #addSegment({ slots, line }: ClockSegment): void {
    const { slopes, slope, from, to } = line
    const error = largestError(line)
    const bend = findBend(slots, line)
    if (bend?.isLikely === true) this.#change({ kind: 'bend', ...placeBend(slots) })
    else if (bend !== undefined) this.isDoubtful = true
    const drift = Math.max(slopes.highest - slope, slope - slopes.lowest) * (to - from)
    this.error = Math.max(this.error, error)
    this.errorAnyClock = Math.max(this.errorAnyClock, anyClockError(slots, line))
    this.queueError = Math.max(this.queueError, Math.min(drift, 2 * error) + (bend?.queueError ?? 0))
    this.#from = Math.min(this.#from, from)
    this.#to = Math.max(this.#to, to)
    if (line.isRateKnown) {
      this.#time += to - from
      this.#advance += slope * (to - from)
      this.#lowest = Math.min(this.#lowest, slopes.lowest)
      this.#highest = Math.max(this.#highest, slopes.highest)
    }
    this.#last = line
    this.#lines.push({ from, to, slope, offset: line.offset })
    if (this.#lines.length > MOST_LINES) this.#lines = this.#lines.filter((_, number) => number % 2 === 0)
  }

  /** Two lines separated only by the maximum length of a part: their ranges overlap at the boundary, unless the clock changed there. */
  #join(before: OffsetLine, behind: OffsetLine): void {
    const at = behind.from
    const [old, young] = [rangeAt(before, at), rangeAt(behind, at)]
    if (old.lowest <= young.highest && young.lowest <= old.highest) return
    this.#change({ kind: 'step', at, size: offsetAt(behind, at) - offsetAt(before, at) })
  }

  #change(change: ClockChange): void {
    this.changeCount += 1
    if (this.changes.length < MOST_CHANGES) this.changes.push(change)
  }
}
