import type { Result } from '../result.ts'

/** Whether the run was a search over sizes; its clients are rounds. */
export function isSearch({ sweep, mtu }: Pick<Result, 'sweep' | 'mtu'>): boolean {
  return sweep !== undefined || mtu !== undefined
}
