import type { RunFacts } from '../facts/run.ts'
import type { Analysis } from '../ledger/analysis.ts'
import type { ReflectorEvidence } from '../ledger/reflector-evidence.ts'

/** Whether the counts of this reflector give losses a direction. */
export function countsProbes({ kind }: ReflectorEvidence): boolean {
  return kind === 'stateful' || kind === 'direct'
}

/**
 * Whether the losses of a run have a direction wherever evidence gives one: receipts, the counts of a STAMP reflector, or the reports of an
 * irtt server. A run of another protocol in which no loss lacks a direction needs none.
 */
export function hasDirections({ plan, irtt }: RunFacts, { receipts, reflector, tally }: Analysis): boolean {
  if (plan.protocol === undefined) return receipts === 'whole'
  if (tally.total.fates.lostUnknown === 0) return true
  if (plan.protocol.name === 'irtt') return irtt?.granted !== undefined && irtt.granted.stats !== 'none'
  return reflector !== undefined && countsProbes(reflector)
}
