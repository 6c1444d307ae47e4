import type { Result } from '../result.ts'

/** Whether the run was a search: over sizes, or for the highest rate. */
export function isSearch(result: Pick<Result, 'sweep' | 'mtu' | 'rate'>): boolean {
  return isSizeSearch(result) || result.rate !== undefined
}

/** Whether the run was a search over sizes; its clients are rounds. */
export function isSizeSearch({ sweep, mtu }: Pick<Result, 'sweep' | 'mtu'>): boolean {
  return sweep !== undefined || mtu !== undefined
}
