import { MICROSECOND, type Nanos } from '../../base/nanos.ts'
import type { BoundSlot } from './bound-slots.ts'
import { feasibleSlopes } from './feasible-slopes.ts'
import type { OffsetLine } from './offset-line.ts'
import { hullsOf } from './slot-hulls.ts'

const PARTS = 10
/** Deviation that chance explains, as a share of the smallest round trip. */
const CHANCE = 0.02
/** A whole run contains rarer round trips than a tenth of it, so the minimum delays of both directions may be further apart by this factor. */
const LONGER = 1.5
/** Deviation that the reading of two clocks explains. */
const READINGS: Nanos = 2 * MICROSECOND
/**
 * With this many slots, at most 2 of 1000 steady clocks appear to bend; with 10, up to 40 (simulated exponential, uniform and two-state
 * delays). From FEWEST_SLOTS on, a bend above CLEAR times the mean change from slot to slot appears in less than 1 of 1000.
 */
const ENOUGH_SLOTS = 100
const FEWEST_SLOTS = 20
const CLEAR = 3

/** A change of the offset that the bounds alone do not show. */
export interface Bend {
  /** Twice the spread of the shortest round trips: the additional error of the queueing of one direction. */
  readonly queueError: Nanos
  /** False: there are too few exchanges to exclude chance. */
  readonly isLikely: boolean
}

/**
 * On a path that is empty now and then, the room between the bounds equals the shortest round trip. If a line over the whole time has clearly
 * less room, and less than each tenth of the time has by itself, the offset changed in between: by a small step, or by a changed rate.
 * Undefined: no change detected.
 */
export function findBend(slots: readonly BoundSlot[], line: OffsetLine): Bend | undefined {
  const parts = tenthsOf(slots)
  const trips = parts.map(quickestTrip)
  const least = Math.min(...trips)
  const spread = median(trips) - least
  const missing = least - 2 * spread - line.slopes.room
  if (missing <= Math.max(CHANCE * least, READINGS)) return undefined
  // The minimum delays of both directions may belong to different round trips, as with a program whose wake-up latency varies.
  const apart = median(parts.map((part, number) => (trips[number] ?? 0) - roomOf(part)))
  if (missing <= LONGER * apart) return undefined
  return { queueError: 2 * spread, isLikely: isLikely(slots, missing) }
}

function isLikely(slots: readonly BoundSlot[], missing: Nanos): boolean {
  if (slots.length >= ENOUGH_SLOTS) return true
  if (slots.length < FEWEST_SLOTS) return false
  const noise =
    meanChange(slots.map(({ leastUpper }) => leastUpper.upper)) +
    meanChange(slots.map(({ greatestLower }) => greatestLower.lower))
  return missing > CLEAR * noise
}

/** The mean change from one value to the next, without the largest: that one may be the bend. */
function meanChange(values: readonly Nanos[]): Nanos {
  const changes = values.slice(1).map((value, number) => Math.abs(value - (values[number] ?? value)))
  const sum = changes.reduce((total, change) => total + change, 0)
  return (sum - Math.max(...changes)) / (changes.length - 1)
}

function tenthsOf(slots: readonly BoundSlot[]): readonly (readonly BoundSlot[])[] {
  const begin = slots[0]?.begin ?? 0
  const length = ((slots.at(-1)?.end ?? 0) - begin) / PARTS
  const parts: BoundSlot[][] = Array.from({ length: PARTS }, () => [])
  for (const slot of slots) parts[Math.floor((slot.begin - begin) / length)]?.push(slot)
  return parts.filter(part => part.length > 0)
}

function quickestTrip(slots: readonly BoundSlot[]): Nanos {
  return slots.reduce((least, { quickest }) => Math.min(least, quickest.upper - quickest.lower), Infinity)
}

function roomOf(slots: readonly BoundSlot[]): Nanos {
  const { upper, lower } = hullsOf(slots)
  return feasibleSlopes(upper, lower)?.room ?? Infinity
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? (sorted[middle] ?? NaN) : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2
}
