import type { Address } from '../../base/address.ts'
import type { RunFacts } from '../../facts/run.ts'
import type { Tally } from '../../ledger/tally.ts'
import { deadInFragments, passes } from './fragments.ts'
import { NO_CHANCE, probesOf, viewSizes } from './sizes.ts'

/**
 * The size of a datagram that fills one packet, if trying it would help: all fragmented datagrams were lost, smaller ones pass, and none of
 * this size was sent. Else undefined.
 */
export function packetToCheck(facts: RunFacts, tally: Tally, target: Address): number | undefined {
  const { strayCheck, protocol } = facts.plan
  // Runs of irtt have no stray check, because a server answers only in a session.
  if ((!strayCheck && protocol?.name !== 'irtt') || facts.interrupted) return undefined
  const view = viewSizes(facts, tally, target)
  const dead = deadInFragments(facts, view)
  if (probesOf(dead) < NO_CHANCE || passes(facts, view, target) === undefined) return undefined
  const tried = view.records.some(({ size }) => size === view.whole)
  const checked = facts.host?.packetChecks?.some(({ size }) => size <= view.whole) === true
  return tried || checked ? undefined : view.whole
}
