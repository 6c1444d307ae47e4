import type { FateGroup } from '../../result/fates.ts'

/** The class that gives a group its colour in pictures and tables. */
export function groupClass(group: FateGroup): string {
  return `g-${group.replace(' ', '-')}`
}
