import { MICROSECOND, type Nanos } from '../../base/nanos.ts'
import type { BoundSlot } from './bound-slots.ts'
import type { OffsetLine } from './offset-line.ts'

const PARTS = 10
/** Of the smallest round trip: what chance explains. */
const CHANCE = 0.02
/** What reading two clocks explains. */
const READINGS: Nanos = 2 * MICROSECOND

/**
 * A path that is empty now and then leaves as much room between the bounds as its quickest round trip takes. If a line has clearly less,
 * the offset moved in between: by a small step, or by a rate that changed. Gives twice the spread of the quickest round trips then, by which
 * the queueing of one direction may be off in addition; undefined: nothing shows a change.
 */
export function findBend(slots: readonly BoundSlot[], line: OffsetLine): Nanos | undefined {
  const trips = quickestOfParts(slots)
  const least = Math.min(...trips)
  const spread = median(trips) - least
  if (line.slopes.room >= least - 2 * spread - Math.max(CHANCE * least, READINGS)) return undefined
  return 2 * spread
}

/** The quickest round trip of each tenth of the time. */
function quickestOfParts(slots: readonly BoundSlot[]): readonly Nanos[] {
  const begin = slots[0]?.begin ?? 0
  const length = ((slots.at(-1)?.end ?? 0) - begin) / PARTS
  const parts = new Map<number, Nanos>()
  for (const { begin: at, quickest } of slots) {
    const part = Math.floor((at - begin) / length)
    parts.set(part, Math.min(parts.get(part) ?? Infinity, quickest.upper - quickest.lower))
  }
  return [...parts.values()]
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? (sorted[middle] ?? NaN) : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2
}
