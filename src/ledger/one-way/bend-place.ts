import type { Nanos } from '../../base/nanos.ts'
import type { BoundSlot } from './bound-slots.ts'
import { fitLine, offsetAt } from './offset-line.ts'

const CUTS = 20

/**
 * The approximate time and size of a change of the offset: the division of the slots in two parts that leaves the most room for a line on
 * each side.
 */
export function placeBend(slots: readonly BoundSlot[]): { readonly at: Nanos; readonly size: Nanos } {
  let best = { at: slots[0]?.begin ?? 0, size: 0, room: -Infinity }
  const step = Math.max(1, Math.floor(slots.length / CUTS))
  for (let cut = step; cut < slots.length; cut += step) {
    const [before, behind] = [fitLine(slots.slice(0, cut)), fitLine(slots.slice(cut))]
    if (before === undefined || behind === undefined) continue
    const room = Math.min(before.slopes.room, behind.slopes.room)
    const at = behind.from
    if (room > best.room) best = { at, size: offsetAt(behind, at) - offsetAt(before, at), room }
  }
  return { at: best.at, size: best.size }
}
