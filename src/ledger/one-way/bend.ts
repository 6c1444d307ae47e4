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
 * On a path that is empty now and then, the room between the bounds equals the shortest round trip. If a line over the whole time has clearly
 * less room, and less than each tenth of the time has by itself, the offset changed in between: by a small step, or by a changed rate. Returns
 * twice the spread of the shortest round trips, the additional error of the queueing of one direction; undefined: no change detected.
 */
export function findBend(slots: readonly BoundSlot[], line: OffsetLine): Nanos | undefined {
  const parts = tenthsOf(slots)
  const trips = parts.map(quickestTrip)
  const least = Math.min(...trips)
  const spread = median(trips) - least
  const missing = least - 2 * spread - line.slopes.room
  if (missing <= Math.max(CHANCE * least, READINGS)) return undefined
  // The minimum delays of both directions may belong to different round trips, as with a program whose wake-up latency varies.
  const apart = median(parts.map((part, number) => (trips[number] ?? 0) - roomOf(part)))
  return missing <= LONGER * apart ? undefined : 2 * spread
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
