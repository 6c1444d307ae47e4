import type { RelayTruth } from '../../facts/relay-truth.ts'
import { countDirection, isDamage } from './relay-actions.ts'

/** Totals of the relay's actions on datagrams that do not name their probe. */
export interface UnattributedActions {
  readonly lostUp: number
  readonly lostDown: number
  readonly copies: number
  /**
   * Whether the totals determine the fates of the probes. They do not if something was cut or flipped, if a datagram was copied and lost, or if
   * a lost reply may have been one of two.
   */
  readonly settled: boolean
}

/** A probe below 21 bytes does not carry its whole run number, so the relay records each direction separately. */
export function unattributedActions({ others }: RelayTruth): UnattributedActions {
  const sums = { lostUp: 0, lostDown: 0, copiesUp: 0, copiesDown: 0 }
  let settled = true
  for (const actions of Object.values(others).flatMap(ways => Object.values(ways))) {
    const [up, down] = [countDirection(actions, 'up'), countDirection(actions, 'down')]
    sums.lostUp += up.lost
    sums.lostDown += down.lost
    sums.copiesUp += up.made
    sums.copiesDown += down.made
    if (actions.some(isDamage) || (up.made + down.made > 0 && up.lost + down.lost > 0)) settled = false
  }
  const { lostUp, lostDown, copiesUp, copiesDown } = sums
  return { lostUp, lostDown, copies: copiesUp + copiesDown, settled: settled && (copiesUp === 0 || lostDown === 0) }
}
