import type { Slot } from '../slot.ts'
import { momentary, type Tell } from './flow-event.ts'

/** Number of longer replies in a row that show the end of the truncation. */
const STAYS = 3

/** The length at which replies are truncated; 0: they are not. */
export interface CutState {
  readonly length: number
  /** Longer replies in a row since. */
  readonly longer: number
}

export const NO_CUT: CutState = { length: 0, longer: 0 }

/** The next settled slot. */
export function cutAfter(state: CutState, { state: fate, cut, size, sent, rtt }: Slot, tell: Tell): CutState {
  if (cut !== undefined) {
    const { length, side } = cut
    if (length === state.length) return state.longer === 0 ? state : { length, longer: 0 }
    const where = side === 'unknown' ? '' : ` (${side})`
    tell(momentary('cut', sent + rtt, `replies are truncated at ${length} bytes${where}`))
    return { length, longer: 0 }
  }
  if (state.length === 0 || (fate !== 'intact' && fate !== 'late') || size <= state.length) return state
  const longer = state.longer + 1
  if (longer < STAYS) return { length: state.length, longer }
  tell(momentary('cut', sent + rtt, `replies are no longer truncated at ${state.length} bytes`))
  return NO_CUT
}
