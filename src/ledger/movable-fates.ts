import type { FateCounts } from './fate.ts'
import type { Group } from './group.ts'
import type { Tally } from './tally.ts'

/** A group whose fates a stage may move. */
export interface MovableGroup extends Group {
  readonly fates: FateCounts
}

/** A copy of a tally that belongs to one stage until it returns it. */
export interface MovableTally extends Tally {
  readonly total: MovableGroup
  readonly sizes: ReadonlyMap<number, MovableGroup>
  readonly clients: readonly MovableGroup[]
}

/** Copies the fates of a tally, to move them; a size or client that is the total itself stays that. */
export function movableFates(tally: Tally): MovableTally {
  const total = copy(tally.total)
  const copyOf = (group: Group): MovableGroup => (group === tally.total ? total : copy(group))
  return {
    ...tally,
    total,
    sizes: new Map(Array.from(tally.sizes, ([size, group]) => [size, copyOf(group)])),
    clients: tally.clients.map(copyOf),
  }
}

function copy(group: Group): MovableGroup {
  return { ...group, fates: { ...group.fates } }
}

/** The groups that are a part of the run and not the whole. */
export function subgroups({ total, sizes, clients }: MovableTally): readonly MovableGroup[] {
  return [...sizes.values(), ...clients].filter(group => group !== total)
}
