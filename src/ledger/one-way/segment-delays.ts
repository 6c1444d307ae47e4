import type { Nanos } from '../../base/nanos.ts'
import type { ClockSegment } from './clock-segments.ts'
import { errorAt } from './error-bar.ts'
import type { ExchangeSample } from './exchange-sample.ts'
import { offsetAt, type OffsetLine } from './offset-line.ts'

/** Columns of a settled row of an `ExchangeSample`, ns. */
export const DELAY = {
  /** From us to the server. */
  forward: 0,
  return: 1,
  /** Above the minimum of the same segment. */
  queueForward: 2,
  queueReturn: 3,
  /** Maximum error of forward and return if both clocks run at a constant rate. */
  error: 4,
} as const

interface OneWay {
  forward: Nanos
  return: Nanos
}

/**
 * Turns exchanges into delays. Exchanges between segments are omitted: only the sum of their delays is known. The bounds of an exchange hold
 * for any clock, so if the line is beyond one the bound itself is used: no delay is negative.
 */
export function settleDelays(sample: ExchangeSample, segments: readonly ClockSegment[]): readonly Readonly<OneWay>[] {
  const least = segments.map(leastOf)
  sample.visit(([sent = NaN, arrived = NaN, upper = NaN, lower = NaN]) => {
    const number = segmentAt(segments, sent)
    const [segment, known] = [segments[number], least[number]]
    if (segment === undefined || known === undefined) return
    known.forward = Math.min(known.forward, forwardDelay(segment.line, sent, upper))
    known.return = Math.min(known.return, returnDelay(segment.line, arrived, lower))
  })
  sample.settle(row => {
    const sent = row[0] ?? NaN
    const arrived = row[1] ?? NaN
    const number = segmentAt(segments, sent)
    const [segment, known] = [segments[number], least[number]]
    if (segment === undefined || known === undefined) return false
    const { line } = segment
    const forward = forwardDelay(line, sent, row[2] ?? NaN)
    const back = returnDelay(line, arrived, row[3] ?? NaN)
    row[DELAY.forward] = forward
    row[DELAY.return] = back
    row[DELAY.queueForward] = forward - known.forward
    row[DELAY.queueReturn] = back - known.return
    row[DELAY.error] = Math.max(errorAt(line, sent), errorAt(line, arrived))
    return true
  })
  return least
}

function forwardDelay(line: OffsetLine, sent: Nanos, upper: Nanos): Nanos {
  return Math.max(0, upper - offsetAt(line, sent))
}

function returnDelay(line: OffsetLine, arrived: Nanos, lower: Nanos): Nanos {
  return Math.max(0, offsetAt(line, arrived) - lower)
}

/** The minimum over the exchanges kept in slots; the sample may have fewer. */
function leastOf({ slots, line }: ClockSegment): OneWay {
  const least = { forward: Infinity, return: Infinity }
  for (const { leastUpper, greatestLower, quickest } of slots) {
    for (const { sent, arrived, upper, lower } of [leastUpper, greatestLower, quickest]) {
      least.forward = Math.min(least.forward, forwardDelay(line, sent, upper))
      least.return = Math.min(least.return, returnDelay(line, arrived, lower))
    }
  }
  return least
}

/** The index of the segment in whose slots a probe was sent; −1: none. A probe from before the first slot is in that slot. */
function segmentAt(segments: readonly ClockSegment[], sent: Nanos): number {
  let low = 0
  let high = segments.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((segments[middle]?.slots.at(-1)?.end ?? Infinity) > sent) high = middle
    else low = middle + 1
  }
  const begin = segments[low]?.slots[0]?.begin ?? Infinity
  return sent >= begin || low === 0 ? (low < segments.length ? low : -1) : -1
}
