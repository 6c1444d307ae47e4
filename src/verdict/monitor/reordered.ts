import type { Nanos } from '../../base/nanos.ts'
import type { Slot } from './slot.ts'

/**
 * Number of replies of an epoch that came after the reply to a later probe (RFC 4737 section 3.3), also to one of a later epoch. Only a reply
 * that proves its sequence counts. Within an epoch the ranks give the order: datagrams that were read together may have the same arrival time.
 * @param later arrival of the first reply of a later epoch of the same path; Infinity: there is none
 */
export function countReordered(slots: readonly Slot[], later: Nanos): number {
  let count = 0
  let firstRank = Infinity
  for (let n = slots.length - 1; n >= 0; n--) {
    const slot = slots[n]
    if (slot === undefined || !slot.isProved) continue
    if (slot.order > firstRank || slot.sent + slot.rtt > later) count += 1
    firstRank = Math.min(firstRank, slot.order)
  }
  return count
}

/** Arrival of the first reply that proves its sequence; Infinity: there is none. */
export function firstArrival(slots: readonly Slot[]): Nanos {
  return slots.reduce((first, { isProved, sent, rtt }) => (isProved ? Math.min(first, sent + rtt) : first), Infinity)
}
