import type { Nanos } from '../../../base/nanos.ts'
import { isLost, type Slot } from '../slot.ts'
import type { Tell } from './flow-event.ts'

/** Losses in a row so far. An outage is a run of two or more, as in the ledger (loss-pattern.ts). */
export interface OutageState {
  readonly lost: number
  /** When the first and the last of them were sent. */
  readonly first: Nanos
  readonly last: Nanos
  /** Number of outages since the start, and the time in them: from the first lost probe to the next answered one. */
  readonly outages: number
  readonly time: Nanos
}

export const NO_OUTAGE: OutageState = { lost: 0, first: 0, last: 0, outages: 0, time: 0 }

/** The next settled slot. Slots without a probe are neither loss nor success. */
export function outageAfter(
  state: OutageState,
  { state: fate, sent, rtt }: Slot,
  timeout: Nanos,
  tell: Tell,
): OutageState {
  if (Number.isNaN(sent)) return state
  const { lost, first, last, outages, time } = state
  if (isLost(fate)) {
    if (lost === 0) return { ...state, lost: 1, first: sent, last: sent }
    if (lost === 1)
      tell({ kind: 'outageBegan', moment: first, known: sent + timeout, text: '', probes: 2, length: sent - first })
    return { lost: lost + 1, first, last: sent, outages: outages + (lost === 1 ? 1 : 0), time: time + sent - last }
  }
  if (lost === 0) return state
  if (lost === 1) return { ...state, lost: 0 }
  // A reply may come before the timeout of the last lost probe is over, which is when the outage is known.
  const known = Math.max(last + timeout, Number.isNaN(rtt) ? sent : sent + rtt)
  tell({ kind: 'outageEnded', moment: sent, known, text: '', probes: lost, length: sent - first })
  return { ...state, lost: 0, time: time + sent - last }
}
