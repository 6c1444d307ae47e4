import type { FateCounts } from './fate.ts'
import type { Group } from './group.ts'
import type { Tally } from './tally.ts'

/** A group whose fates a stage may move. */
export interface MovableGroup extends Group {
  readonly fates: FateCounts
}

/** A copy of a tally that one stage changes until it returns it. */
export interface MovableTally extends Tally {
  readonly total: MovableGroup
  readonly sizes: ReadonlyMap<number, MovableGroup>
  readonly clients: readonly MovableGroup[]
}

/** Copies the fates of a tally so that they can be moved; a size or client whose group is `total` keeps that identity. */
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

/** The groups that are only a part of the run. */
export function subgroups({ total, sizes, clients }: MovableTally): readonly MovableGroup[] {
  return [...sizes.values(), ...clients].filter(group => group !== total)
}
