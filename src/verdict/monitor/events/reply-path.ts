import type { Nanos } from '../../../base/nanos.ts'
import type { Slot } from '../slot.ts'
import { momentary, type Tell } from './flow-event.ts'

/** Number of replies in a row that show another path: a single one may have taken a detour. */
const STAYS = 3

/** TTL or hop limit of the replies; 0: none was observed yet. */
export interface TtlState {
  readonly ttl: number
  /** Another TTL, how many replies in a row had it, and when the first of them arrived. */
  readonly other: number
  readonly count: number
  readonly since: Nanos
}

export const NO_TTL: TtlState = { ttl: 0, other: 0, count: 0, since: 0 }

/** The next settled slot. */
export function ttlAfter(state: TtlState, { ttl, sent, rtt }: Slot, tell: Tell): TtlState {
  if (ttl === 0) return state
  if (state.ttl === 0) return { ...NO_TTL, ttl }
  if (ttl === state.ttl) return state.count === 0 ? state : { ...NO_TTL, ttl }
  const isSame = ttl === state.other
  const count = isSame ? state.count + 1 : 1
  const since = isSame ? state.since : sent + rtt
  if (count < STAYS) return { ttl: state.ttl, other: ttl, count, since }
  const text = `replies arrive with TTL ${ttl} now, was ${state.ttl}: their path changed`
  tell({ ...momentary('pathChanged', since, text), known: sent + rtt })
  return { ...NO_TTL, ttl }
}
