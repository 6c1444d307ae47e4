import type { SlotState } from '../../verdict/monitor/view.ts'
import { CELL_HEIGHT, CELL_WIDTH, STATE_SHAPES, type StateGroup } from './state-shapes.ts'
import { groupOf } from './state-words.ts'

/** From one cell to the next. */
const PITCH = CELL_WIDTH + 1

/** The `viewBox` of a strip with a number of cells. */
export function stripBox(cells: number): string {
  return `0 0 ${cells * PITCH - 1} ${CELL_HEIGHT}`
}

/** The last states of a strip as one outline for each group, the newest at the right. */
export function stripShapes(states: readonly SlotState[], cells: number): ReadonlyMap<StateGroup, string> {
  const last = states.slice(-cells)
  const drawn = new Map<StateGroup, string>()
  last.forEach((state, place) => {
    const group = groupOf(state)
    const x = (cells - last.length + place) * PITCH
    drawn.set(group, `${drawn.get(group) ?? ''}${STATE_SHAPES[group](x)}`)
  })
  return drawn
}
