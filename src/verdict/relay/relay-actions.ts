import type { DirectedAction } from '../../facts/action-log.ts'
import type { Direction } from '../../facts/relay.ts'

const LOSSES: readonly string[] = ['dropped', 'queueDropped', 'refused', 'abandoned']

/** Copies made in this direction, and datagrams and copies lost in it. */
export function countDirection(
  actions: readonly DirectedAction[],
  way: Direction,
): { readonly made: number; readonly lost: number } {
  const acts = actions.filter(action => action.startsWith(`${way}:`)).map(action => action.slice(way.length + 1))
  return {
    made: acts.filter(act => act === 'duplicated').length,
    lost: acts.filter(act => LOSSES.includes(act)).length,
  }
}

/** Whether an action changed the bytes. */
export function isDamage(action: DirectedAction): boolean {
  return action.endsWith(':truncated') || action.endsWith(':corrupted')
}
