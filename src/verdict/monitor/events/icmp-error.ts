import type { Address } from '../../../base/address.ts'
import { errnoName } from '../../../base/errno.ts'
import { sameError, type IcmpError } from '../../../facts/icmp.ts'
import { icmpName } from '../../icmp-name.ts'
import type { Slot } from '../slot.ts'
import { momentary, type Tell } from './flow-event.ts'

/** Number of replies in a row after which the same error is an event again. */
const STAYS = 3

/** The latest ICMP error, and the replies in a row since. */
export interface IcmpState {
  readonly error: IcmpError | undefined
  readonly replies: number
}

export const NO_ICMP: IcmpState = { error: undefined, replies: 0 }

/** The next settled slot. */
export function icmpAfter(state: IcmpState, { error, sent, rtt }: Slot, target: Address, tell: Tell): IcmpState {
  if (error !== undefined) {
    if (state.error === undefined || !sameError(state.error, error)) {
      const { errno, ...rest } = error
      const name = icmpName({ ...rest, error: errnoName(errno), count: 1 }, target)
      tell(momentary('icmp', sent, `ICMP error: ${name}`))
      return { error, replies: 0 }
    }
    return state.replies === 0 ? state : { error: state.error, replies: 0 }
  }
  if (state.error === undefined || Number.isNaN(rtt)) return state
  return state.replies + 1 < STAYS ? { ...state, replies: state.replies + 1 } : NO_ICMP
}
