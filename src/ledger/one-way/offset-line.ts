import { SECOND, type Nanos } from '../../base/nanos.ts'
import type { BoundSlot } from './bound-slots.ts'
import { feasibleSlopes, nearest, type FeasibleSlopes } from './feasible-slopes.ts'
import { touchedVertex } from './hull.ts'
import { hullsOf, type SlotHulls } from './slot-hulls.ts'

/** With fewer slots or a shorter time, the rate of a clock cannot be distinguished from a growing queue. */
const LEAST_SLOTS = 8
const LEAST_SPAN: Nanos = 2 * SECOND

/** The estimate of the clock offset (server's clock − ours) in a segment in which both clocks run at a constant rate. */
export interface OffsetLine extends SlotHulls {
  /** From the first send to the last arrival. */
  readonly from: Nanos
  readonly to: Nanos
  readonly slopes: FeasibleSlopes
  /** How much faster the server's clock runs: a ratio. */
  readonly slope: number
  /** Whether the bounds limit the rate; else `slope` is the feasible one nearest to 0. */
  readonly isRateKnown: boolean
  readonly offset: Nanos
  /** The vertices at which the lines of the lowest and the highest feasible slope touch the hulls. */
  readonly touched: {
    readonly upper: readonly [lowest: number, highest: number]
    readonly lower: readonly [highest: number, lowest: number]
  }
}

/** The middle line of the slope with the most room. Undefined: no line fits these slots. */
export function fitLine(slots: readonly BoundSlot[]): OffsetLine | undefined {
  const hulls = hullsOf(slots)
  const slopes = feasibleSlopes(hulls.upper, hulls.lower)
  if (slopes === undefined) return undefined
  const from = hulls.upper[0]?.at ?? 0
  const to = slots.reduce((latest, { lastArrival }) => Math.max(latest, lastArrival), -Infinity)
  const isRateKnown = slopes.bounded && slots.length >= LEAST_SLOTS && to - from >= LEAST_SPAN
  const slope = isRateKnown ? slopes.widest : nearest(0, slopes.lowest, slopes.highest)
  const u = hulls.upper[touchedVertex(hulls.upper, slope, 1)]
  const l = hulls.lower[touchedVertex(hulls.lower, slope, -1)]
  if (u === undefined || l === undefined) return undefined
  const least = u.offset - slope * (u.at - from)
  const greatest = l.offset - slope * (l.at - from)
  const touched = {
    upper: [touchedVertex(hulls.upper, slopes.lowest, 1), touchedVertex(hulls.upper, slopes.highest, 1)],
    lower: [touchedVertex(hulls.lower, slopes.highest, -1), touchedVertex(hulls.lower, slopes.lowest, -1)],
  } as const
  return { ...hulls, from, to, slopes, slope, isRateKnown, offset: (least + greatest) / 2, touched }
}

export function offsetAt(line: OffsetLine, at: Nanos): Nanos {
  return line.offset + line.slope * (at - line.from)
}
