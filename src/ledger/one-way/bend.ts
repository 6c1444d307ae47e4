import { MICROSECOND, type Nanos } from '../../base/nanos.ts'
import type { BoundSlot } from './bound-slots.ts'
import { feasibleSlopes } from './feasible-slopes.ts'
import type { OffsetLine } from './offset-line.ts'
import { hullsOf } from './slot-hulls.ts'

const PARTS = 10
/** Of the smallest round trip: what chance explains. */
const CHANCE = 0.02
/** A whole run finds rarer round trips than a tenth of it: so much more the directions may be quickest apart. */
const LONGER = 1.5
/** What reading two clocks explains. */
const READINGS: Nanos = 2 * MICROSECOND

/**
 * A path that is empty now and then leaves as much room between the bounds as its quickest round trip takes. If a line over the whole time
 * has clearly less, and less than the tenths of the time have by themselves, the offset moved in between: by a small step, or by a rate
 * that changed. Gives twice the spread of the quickest round trips then, by which the queueing of one direction may be off in addition;
 * undefined: nothing shows a change.
 */
export function findBend(slots: readonly BoundSlot[], line: OffsetLine): Nanos | undefined {
  const parts = tenthsOf(slots)
  const trips = parts.map(quickestTrip)
  const least = Math.min(...trips)
  const spread = median(trips) - least
  const missing = least - 2 * spread - line.slopes.room
  if (missing <= Math.max(CHANCE * least, READINGS)) return undefined
  // The directions need not be quickest in the same round trip, as where a program is woken sometimes soon and sometimes late.
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
