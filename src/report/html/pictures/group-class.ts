import type { FateGroup } from '../../result/fates.ts'

/** The CSS class with the colour of a group. */
export function groupClass(group: FateGroup): string {
  return `g-${group.replace(' ', '-')}`
}
