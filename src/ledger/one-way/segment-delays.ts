import type { Nanos } from '../../base/nanos.ts'
import type { Exchange } from './bound-slots.ts'
import type { ClockSegment } from './clock-segments.ts'
import { errorAt } from './error-bar.ts'
import type { ExchangeSample } from './exchange-sample.ts'
import { offsetAt, type OffsetLine } from './offset-line.ts'

/** The numbers of a settled row of an `ExchangeSample`, ns. */
export const DELAY = {
  /** From us to the server, and back. */
  forward: 0,
  return: 1,
  /** Above the least of the same segment. */
  queueForward: 2,
  queueReturn: 3,
  /** How wrong forward and return are at most, if both clocks run at a constant rate. */
  error: 4,
} as const

interface OneWay {
  readonly forward: Nanos
  readonly return: Nanos
}

/**
 * Turns exchanges into delays. Those between segments are left out: only their sum is known. The bounds of an exchange hold for any
 * clock, so where the line is beyond one the bound itself is taken: no delay is negative.
 */
export function settleDelays(sample: ExchangeSample, segments: readonly ClockSegment[]): readonly OneWay[] {
  const least = segments.map(({ slots, line }) => {
    const delays = slots.flatMap(({ leastUpper, greatestLower }) => [leastUpper, greatestLower])
    return leastOf(delays.map(exchange => split(line, exchange)))
  })
  sample.visit(([sent = NaN, arrived = NaN, upper = NaN, lower = NaN]) => {
    const number = segmentAt(segments, sent)
    const [segment, known] = [segments[number], least[number]]
    if (segment === undefined || known === undefined) return
    least[number] = leastOf([known, split(segment.line, { sent, arrived, upper, lower })])
  })
  sample.settle(row => {
    const [sent = NaN, arrived = NaN, upper = NaN, lower = NaN] = row
    const number = segmentAt(segments, sent)
    const [segment, known] = [segments[number], least[number]]
    if (segment === undefined || known === undefined) return false
    const delays = split(segment.line, { sent, arrived, upper, lower })
    row[DELAY.forward] = delays.forward
    row[DELAY.return] = delays.return
    row[DELAY.queueForward] = delays.forward - known.forward
    row[DELAY.queueReturn] = delays.return - known.return
    row[DELAY.error] = Math.max(errorAt(segment.line, sent), errorAt(segment.line, arrived))
    return true
  })
  return least
}

function split(line: OffsetLine, { sent, arrived, upper, lower }: Exchange): OneWay {
  return { forward: Math.max(0, upper - offsetAt(line, sent)), return: Math.max(0, offsetAt(line, arrived) - lower) }
}

function leastOf(delays: readonly OneWay[]): OneWay {
  return {
    forward: delays.reduce((least, { forward }) => Math.min(least, forward), Infinity),
    return: delays.reduce((least, { return: back }) => Math.min(least, back), Infinity),
  }
}

/** The number of the segment in whose slots a probe left; −1: in none. What left before the first slot is in that slot. */
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
