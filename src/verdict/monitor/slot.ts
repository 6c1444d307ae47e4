import type { Nanos } from '../../base/nanos.ts'
import type { IcmpError } from '../../facts/icmp.ts'
import type { Side } from '../../ledger/classifier.ts'
import { FATES, LOSSES } from '../../ledger/fate.ts'
import type { SlotState } from './view.ts'

/** Every state of a slot. Its place in this list is its code in columns. */
export const SLOT_STATES: readonly SlotState[] = [...FATES, 'waiting', 'lost', 'missed', 'paused']

const CODES: ReadonlyMap<SlotState, number> = new Map(SLOT_STATES.map((state, code) => [state, code]))

const LOST: ReadonlySet<SlotState> = new Set<SlotState>([...LOSSES, 'lost'])

const UNSETTLED: ReadonlySet<SlotState> = new Set<SlotState>(['waiting', 'missed', 'paused'])

/** One slot of a path at one moment. Times are those of the driver's clock. */
export interface Slot {
  readonly due: Nanos
  readonly state: SlotState
  /** NaN: nothing was sent in this slot. */
  readonly sent: Nanos
  /** Payload bytes. */
  readonly size: number
  /** NaN: no reply. */
  readonly rtt: Nanos
  /** Rank of the reply among those of its epoch; 0: no reply. */
  readonly order: number
  /** The reply proves its sequence, so it counts for reordering. */
  readonly isProved: boolean
  readonly copies: number
  /** TTL or hop limit of the reply; 0: not observed. */
  readonly ttl: number
  /** Server's receive time minus our send time, plus a constant of its path; NaN: unknown. */
  readonly forward: Nanos
  /** Our receive time minus the server's send time, minus that constant; NaN: unknown. */
  readonly back: Nanos
  /** Of a truncated reply: its length, and the side on which it was cut. */
  readonly cut?: { readonly length: number; readonly side: Side }
  /** Of an unreachable probe. */
  readonly error?: IcmpError
  /** How many slots it stands for: more than 1 only at the head of a very long gap. */
  readonly repeat: number
}

/** A slot in which nothing was sent. */
export function emptySlot(due: Nanos, state: 'missed' | 'paused', repeat = 1): Slot {
  const never = { sent: NaN, size: 0, rtt: NaN, order: 0, isProved: false, copies: 0, ttl: 0, forward: NaN, back: NaN }
  return { due, state, ...never, repeat }
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
