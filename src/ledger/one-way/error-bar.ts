import type { Nanos } from '../../base/nanos.ts'
import { hullAt, type Hull } from './hull.ts'
import { offsetAt, type OffsetLine } from './offset-line.ts'

/** All offsets that a feasible line has at a moment. */
export interface OffsetRange {
  readonly lowest: Nanos
  readonly highest: Nanos
}

/** The range at any moment, within the line's time or not. The clock's offset is in it if both clocks run at a constant rate. */
export function rangeAt({ upper, lower, slopes, touched }: OffsetLine, at: Nanos): OffsetRange {
  return {
    highest: farthest(upper, touched.upper, slopes.lowest, slopes.highest, at),
    lowest: farthest(lower, touched.lower, slopes.highest, slopes.lowest, at),
  }
}

/** How far the offset may be from the line at this moment. */
export function errorAt(line: OffsetLine, at: Nanos): Nanos {
  const { lowest, highest } = rangeAt(line, at)
  const offset = offsetAt(line, at)
  return Math.max(highest - offset, offset - lowest, 0)
}

/** The largest error from the first to the last moment of the line. Both sides of the range are bent outwards, so it is at an end. */
export function largestError(line: OffsetLine): Nanos {
  return Math.max(errorAt(line, line.from), errorAt(line, line.to))
}

/**
 * The feasible line that is farthest towards this side's hull at a moment touches the hull there, unless the hull is steeper than any
 * feasible line: then it is the one of the first slope before, of the last slope behind.
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
