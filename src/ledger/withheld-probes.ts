import { move } from './fate.ts'
import { movableFates } from './movable-fates.ts'
import type { RefiningRun } from './staged-run.ts'

/**
 * Moves withheld probes whose state the client did not learn, because a long run may end before all its requests are answered. The totals of
 * the receipts include them. A withheld probe has no reply, so the rest of that count is among the probes of unknown state.
 */
export function countWithheld(run: RefiningRun<'counted'>): RefiningRun<'withheld'> {
  // No other protocol reports what its server withheld.
  if (run.facts.plan.protocol !== undefined) return { ...run, stage: 'withheld' }
  const tally = movableFates(run.tally)
  const { total, clients, sizes, classifier, unlearned } = tally
  run.facts.clients.forEach(({ receipts: { totals } }, number) => {
    const group = clients[number]
    if (totals === undefined || group === undefined || classifier.believed[number] !== true) return
    const { fates } = group
    const unnamed = totals.withheld + totals.sendFailed - fates.lostServerPolicy - fates.unreachable
    const moved = move(fates, 'lostUnknown', 'lostServerPolicy', Math.min(unnamed, unlearned[number] ?? 0))
    if (group !== total) move(total.fates, 'lostUnknown', 'lostServerPolicy', moved)
  })
  // The sizes of these probes are unknown: a size has some only as far as its losses exceed the unexplained losses of the run.
  for (const size of sizes.values()) {
    if (size !== total)
      move(size.fates, 'lostUnknown', 'lostServerPolicy', size.fates.lostUnknown - total.fates.lostUnknown)
  }
  return { ...run, stage: 'withheld', tally }
}
