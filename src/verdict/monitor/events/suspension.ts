import { SECOND, type Nanos } from '../../../base/nanos.ts'
import { isSent, type Slot } from '../slot.ts'
import type { Tell } from './flow-event.ts'

/** A process that was late by less was busy, not suspended. */
const SHORTEST: Nanos = 2 * SECOND

/** Missed slots in a row so far, and when the first of them was due. */
export interface GapState {
  readonly missed: number
  readonly first: Nanos
}

export const NO_GAP: GapState = { missed: 0, first: 0 }

/**
 * The next slot. A slot is missed if the process got to it more than an interval late, so from the first missed slot to the next probe it did not
 * run.
 */
export function gapAfter(state: GapState, slot: Slot, tell: Tell): GapState {
  if (slot.state === 'missed')
    return { missed: state.missed + slot.repeat, first: state.missed === 0 ? slot.due : state.first }
  if (state.missed === 0) return state
  const end = isSent(slot) ? slot.sent : slot.due
  const length = end - state.first
  if (state.missed >= 2 && length >= SHORTEST)
    tell({ kind: 'suspended', moment: state.first, known: end, text: '', probes: state.missed, length })
  return NO_GAP
}
