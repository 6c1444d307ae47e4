import type { Nanos } from '../../base/nanos.ts'
import { hullAt, type Hull } from './hull.ts'
import { offsetAt, type OffsetLine } from './offset-line.ts'

/** The interval of the offsets of all feasible lines at a time. */
export interface OffsetRange {
  readonly lowest: Nanos
  readonly highest: Nanos
}

/** The interval at any time, also outside of the line's. It contains the clock's offset if both clocks run at a constant rate. */
export function rangeAt({ upper, lower, slopes, touched }: OffsetLine, at: Nanos): OffsetRange {
  return {
    highest: farthest(upper, touched.upper, slopes.lowest, slopes.highest, at),
    lowest: farthest(lower, touched.lower, slopes.highest, slopes.lowest, at),
  }
}

/** The maximum distance of the offset from the line at this time. */
export function errorAt(line: OffsetLine, at: Nanos): Nanos {
  const { lowest, highest } = rangeAt(line, at)
  const offset = offsetAt(line, at)
  return Math.max(highest - offset, offset - lowest, 0)
}

/** The maximum error over the line's time. Both sides of the interval are convex outwards, so it is at one end. */
export function largestError(line: OffsetLine): Nanos {
  return Math.max(errorAt(line, line.from), errorAt(line, line.to))
}

/**
 * The feasible line farthest towards this side's hull at a time touches the hull there, unless the hull is steeper than any feasible line: then
 * it is the line of the first slope before, or of the last slope after.
 */
function farthest(
  hull: Hull,
  touched: readonly [first: number, last: number],
  first: number,
  last: number,
  at: Nanos,
): Nanos {
  const [begin, end] = [hull[touched[0]], hull[touched[1]]]
  if (begin === undefined || end === undefined) return NaN
  if (at <= begin.at) return begin.offset + first * (at - begin.at)
  if (at >= end.at) return end.offset + last * (at - end.at)
  return hullAt(hull, at)
}
