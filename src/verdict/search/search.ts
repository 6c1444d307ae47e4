import type { Result } from '../result.ts'

/** Whether sizes were searched: what came through is the question then, and the clients are rounds. */
export function isSearch({ sweep, mtu }: Pick<Result, 'sweep' | 'mtu'>): boolean {
  return sweep !== undefined || mtu !== undefined
}
