import { toMs, type Nanos } from '../../base/nanos.ts'
import type { MonitorClock } from './clock.ts'
import type { SlotRing, SlotVisitor } from './slot-ring.ts'
import type { Slot } from './slot.ts'
import type { SlotState, StripCell } from './view.ts'

/** States by what a user must see first, if several slots share a cell. */
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

/** The worse of two states, which a cell of both shows. */
export function worseState(one: SlotState, other: SlotState): SlotState {
  return (RANKS.get(other) ?? 0) < (RANKS.get(one) ?? 0) ? other : one
}

/** Slots of one flow: final ones, and those that are not. */
export interface FlowSlots {
  readonly recent: SlotRing
  readonly slots: readonly Slot[]
}

/** The latest slots from the latest to earlier ones, until `visit` returns false. */
export function visitBackwards({ recent, slots }: FlowSlots, visit: SlotVisitor): void {
  for (let n = slots.length - 1; n >= 0; n--) {
    const slot = slots[n]
    if (slot !== undefined && !visit(slot.due, slot.state, slot.rtt)) return
  }
  recent.visitBackwards(visit)
}

/** The last cells of a flow, the oldest first. */
export function flowStrip(flow: FlowSlots, cells: number, clock: MonitorClock): StripCell[] {
  const strip: StripCell[] = []
  if (cells > 0)
    visitBackwards(flow, (due, state, rtt) => {
      strip.push(cellOf(due, state, rtt, clock))
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
  const worst = new Map<number, StripCell>()
  for (const flow of flows) {
    let latest: number | undefined
    visitBackwards(flow, (due, state, rtt) => {
      const number = Math.floor(due / interval)
      latest ??= number
      if (number <= latest - cells) return false
      const cell = cellOf(number * interval, state, rtt, clock)
      const other = worst.get(number)
      worst.set(number, other === undefined ? cell : worse(cell, other))
      return true
    })
  }
  const numbers = [...worst.keys()].sort((one, other) => one - other).slice(-cells)
  return numbers.flatMap(number => worst.get(number) ?? [])
}

function worse(one: StripCell, other: StripCell): StripCell {
  const { state, at } = rankOf(one) < rankOf(other) ? one : other
  const rttMs = Math.max(one.rttMs ?? -Infinity, other.rttMs ?? -Infinity)
  return rttMs === -Infinity ? { state, at } : { state, at, rttMs }
}

function rankOf({ state }: StripCell): number {
  return RANKS.get(state) ?? 0
}

function cellOf(due: Nanos, state: SlotState, rtt: Nanos, clock: MonitorClock): StripCell {
  const at = clock.realOf(due)
  return Number.isNaN(rtt) ? { state, at } : { state, at, rttMs: toMs(rtt) }
}
