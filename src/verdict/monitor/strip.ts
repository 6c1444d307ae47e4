import { toMs, type Nanos } from '../../base/nanos.ts'
import type { MonitorClock } from './clock.ts'
import type { RecentSlot, SlotRing } from './slot-ring.ts'
import type { Slot } from './slot.ts'
import type { SlotState, StripCell } from './view.ts'

/** States by what a user must see first, if several flows share a cell. */
const WORST_FIRST: readonly SlotState[] = [
  'lostForward',
  'lostServerBuffer',
  'lostServerPolicy',
  'lostReturn',
  'lostClientBuffer',
  'lostUnknown',
  'lost',
  'unreachable',
  'refused',
  'corrupt',
  'truncated',
  'late',
  'missed',
  'waiting',
  'paused',
  'intact',
]

const RANKS: ReadonlyMap<SlotState, number> = new Map(WORST_FIRST.map((state, rank) => [state, rank]))

/** Slots of one flow: final ones, and those that are not. */
export interface FlowSlots {
  readonly recent: SlotRing
  readonly slots: readonly Slot[]
}

/** The latest slots from the latest to earlier ones, until `visit` returns false. */
export function visitBackwards({ recent, slots }: FlowSlots, visit: (slot: RecentSlot) => boolean): void {
  for (let n = slots.length - 1; n >= 0; n--) {
    const slot = slots[n]
    if (slot !== undefined && !visit(slot)) return
  }
  recent.visitBackwards(visit)
}

/** The last cells of a flow, the oldest first. */
export function flowStrip(flow: FlowSlots, cells: number, clock: MonitorClock): StripCell[] {
  const strip: StripCell[] = []
  if (cells > 0)
    visitBackwards(flow, slot => {
      strip.push(cellOf(slot, clock))
      return strip.length < cells
    })
  return strip.reverse()
}

/** The last cells of a target with several flows: a cell is the worst of the slots in one interval of the driver's clock. */
export function targetStrip(
  flows: readonly FlowSlots[],
  cells: number,
  interval: Nanos,
  clock: MonitorClock,
): StripCell[] {
  const worst = new Map<number, RecentSlot>()
  for (const flow of flows) {
    let latest: number | undefined
    visitBackwards(flow, slot => {
      const number = Math.floor(slot.due / interval)
      latest ??= number
      if (number <= latest - cells) return false
      const other = worst.get(number)
      worst.set(number, other === undefined ? slot : worse(slot, other))
      return true
    })
  }
  const numbers = [...worst.keys()].sort((one, other) => one - other).slice(-cells)
  return numbers.flatMap(number => {
    const slot = worst.get(number)
    return slot === undefined ? [] : [cellOf({ ...slot, due: number * interval }, clock)]
  })
}

function worse(one: RecentSlot, other: RecentSlot): RecentSlot {
  const { state, due } = rankOf(one) < rankOf(other) ? one : other
  return { state, due, rtt: one.rtt >= other.rtt || Number.isNaN(other.rtt) ? one.rtt : other.rtt }
}

function rankOf({ state }: RecentSlot): number {
  return RANKS.get(state) ?? 0
}

function cellOf({ state, due, rtt }: RecentSlot, clock: MonitorClock): StripCell {
  const at = clock.realOf(due)
  return Number.isNaN(rtt) ? { state, at } : { state, at, rttMs: toMs(rtt) }
}
