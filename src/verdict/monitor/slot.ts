import type { Nanos } from '../../base/nanos.ts'
import type { IcmpError } from '../../facts/icmp.ts'
import type { Side } from '../../ledger/classifier.ts'
import { FATES, LOSSES } from '../../ledger/fate.ts'
import type { SlotState } from './view.ts'

/** Every state of a slot. Its place in this list is its code in columns. */
const SLOT_STATES: readonly SlotState[] = [...FATES, 'waiting', 'lost', 'missed', 'paused']

const CODES: ReadonlyMap<SlotState, number> = new Map(SLOT_STATES.map((state, code) => [state, code]))

const LOST: ReadonlySet<SlotState> = new Set<SlotState>([...LOSSES, 'lost'])

const UNSETTLED: ReadonlySet<SlotState> = new Set<SlotState>(['waiting', 'missed', 'paused'])

/** A slot while it is read. All have the same properties, because engines store those of one shape in the least memory. */
export interface SlotRecord {
  due: Nanos
  state: SlotState
  /** NaN: nothing was sent in this slot. */
  sent: Nanos
  /** Payload bytes. */
  size: number
  /** NaN: no reply. */
  rtt: Nanos
  /** Rank of the reply among those of its epoch; 0: no reply. */
  order: number
  /** The reply proves its sequence, so it counts for reordering. */
  isProved: boolean
  /** Further copies of the reply. */
  copies: number
  /** TTL or hop limit of the reply; 0: not observed. */
  ttl: number
  /** Server's receive time minus our send time, plus a constant of its path; NaN: unknown. */
  forward: Nanos
  /** Our receive time minus the server's send time, minus that constant; NaN: unknown. */
  back: Nanos
  /** Of a truncated reply: its length, and the side on which it was cut. */
  cut: { readonly length: number; readonly side: Side } | undefined
  /** Of an unreachable probe. */
  error: IcmpError | undefined
  /** How many slots it stands for: more than 1 only at the head of a very long gap. */
  repeat: number
}

/** One slot of a path at one moment. Times are those of the driver's clock. */
export type Slot = Readonly<SlotRecord>

/** A slot without a reply. */
export function createSlot(due: Nanos, state: SlotState, sent: Nanos, size: number): SlotRecord {
  return {
    due,
    state,
    sent,
    size,
    rtt: NaN,
    order: 0,
    isProved: false,
    copies: 0,
    ttl: 0,
    forward: NaN,
    back: NaN,
    cut: undefined,
    error: undefined,
    repeat: 1,
  }
}

/** A slot in which nothing was sent. */
export function emptySlot(due: Nanos, state: 'missed' | 'paused', repeat = 1): Slot {
  const slot = createSlot(due, state, NaN, 0)
  slot.repeat = repeat
  return slot
}

/** Whether a probe was sent in a slot. */
export function isSent({ sent }: Slot): boolean {
  return !Number.isNaN(sent)
}

export function stateCode(state: SlotState): number {
  return CODES.get(state) ?? 0
}

export function stateOf(code: number | undefined): SlotState {
  return SLOT_STATES[code ?? 0] ?? 'waiting'
}

/** Whether a probe without a reply has this state: its timeout is over, or an error came for it. */
export function isLost(state: SlotState): boolean {
  return LOST.has(state)
}

/** Whether a probe was sent, and a reply, an error or the end of its timeout settled it. */
export function isSettled(state: SlotState): boolean {
  return !UNSETTLED.has(state)
}
