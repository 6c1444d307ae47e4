import type { BoundSlot } from './bound-slots.ts'
import { tightHull, type Bound, type Hull } from './hull.ts'

/** Both hulls of some slots: an upper bound holds at the send time of its probe, a lower one at the arrival of its reply. */
export interface SlotHulls {
  readonly upper: Hull
  readonly lower: Hull
}

export function hullsOf(slots: readonly BoundSlot[]): SlotHulls {
  const upper: Bound[] = []
  const lower: Bound[] = []
  for (const { leastUpper, greatestLower, quickest } of slots) {
    for (const exchange of new Set([leastUpper, greatestLower, quickest])) {
      upper.push({ at: exchange.sent, offset: exchange.upper })
      lower.push({ at: exchange.arrived, offset: exchange.lower })
    }
  }
  return { upper: tightHull(upper, 1), lower: tightHull(lower, -1) }
}
