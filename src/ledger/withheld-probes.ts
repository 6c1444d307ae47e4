import { move } from './fate.ts'
import { movableFates } from './movable-fates.ts'
import type { RefiningRun } from './staged-run.ts'

/**
 * Withheld probes whose own state the client did not learn: a long run may end before all its questions are answered. The totals of the
 * receipts count them all the same. A withheld probe has no reply, so those of the count that no state has named are among the probes
 * about which nothing was learned.
 */
export function countWithheld(run: RefiningRun<'judged'>): RefiningRun<'withheld'> {
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
  // Of which size they were is known only as far as too few others are left.
  for (const size of sizes.values()) {
    if (size !== total)
      move(size.fates, 'lostUnknown', 'lostServerPolicy', size.fates.lostUnknown - total.fates.lostUnknown)
  }
  return { ...run, stage: 'withheld', tally }
}
