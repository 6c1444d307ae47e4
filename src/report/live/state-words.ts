import type { SlotState } from '../../verdict/monitor/view.ts'
import { FATES } from '../result/fates.ts'
import { STATE_LETTERS } from './state-letters.ts'
import type { StateGroup } from './state-shapes.ts'

const STATES_BY_LETTER = new Map(
  Object.entries(STATE_LETTERS).map(([state, letter]) => [letter, state as SlotState] as const),
)

const OWN: Readonly<Record<'waiting' | 'lost' | 'missed' | 'paused', { group: StateGroup; meaning: string }>> = {
  waiting: { group: 'waiting', meaning: 'waiting for the reply' },
  lost: { group: 'lost-yet', meaning: 'lost, direction not known yet' },
  missed: { group: 'missed', meaning: 'not sent: this process was late' },
  paused: { group: 'paused', meaning: 'not sent: paused' },
}

/** The states that the letters of a strip stand for. */
export function statesOf(strip: string): readonly SlotState[] {
  return Array.from(strip, letter => STATES_BY_LETTER.get(letter) ?? 'missed')
}

export function groupOf(state: SlotState): StateGroup {
  if (state in OWN) return OWN[state as keyof typeof OWN].group
  const group = FATES.find(({ fate }) => fate === state)?.group ?? 'lost'
  return group === 'not sent' ? 'not-sent' : group
}

/** `lostForward: never reached the server`. */
export function meaningOf(state: SlotState): string {
  if (state in OWN) return OWN[state as keyof typeof OWN].meaning
  return `${state}: ${FATES.find(({ fate }) => fate === state)?.meaning ?? ''}`
}

/** What a strip shows, for people who do not see it: `47 intact, 12 lostForward, 1 waiting for the reply`. */
export function stripSummary(states: readonly SlotState[]): string {
  if (states.length === 0) return 'no probe yet'
  const counts = new Map<SlotState, number>()
  for (const state of states) counts.set(state, (counts.get(state) ?? 0) + 1)
  const parts = [...counts].map(([state, count]) => `${count} ${state in OWN ? meaningOf(state) : state}`)
  return `last ${states.length} slots: ${parts.join(', ')}`
}
