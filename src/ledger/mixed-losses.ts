import type { ProbePlan } from '../facts/plan.ts'
import { probeSize } from '../facts/run.ts'
import type { MixedLosses } from './counted-directions.ts'
import { move } from './fate.ts'
import { movableFates } from './movable-fates.ts'
import type { RefiningRun } from './staged-run.ts'

/** Moves losses of which the numbers of the peer prove how many went which way, but not which ones. */
export function countMixedLosses(run: RefiningRun<'judged'>): RefiningRun<'counted'> {
  const mixed = run.tally.classifier.directions?.mixed ?? []
  if (mixed.length === 0) return { ...run, stage: 'counted' }
  const tally = movableFates(run.tally)
  const { total, clients, sizes } = tally
  for (const losses of mixed) {
    const group = clients[losses.client]
    for (const [fate, proved] of [
      ['lostForward', losses.forward],
      ['lostReturn', losses.back],
    ] as const) {
      move(total.fates, 'lostUnknown', fate, proved)
      if (group !== undefined && group !== total) move(group.fates, 'lostUnknown', fate, proved)
      // A size has some of these only as far as the other sizes cannot have them all.
      for (const [size, lost] of lostBySize(run.facts.plan, losses)) {
        const ofSize = sizes.get(size)
        if (ofSize !== undefined && ofSize !== total)
          move(ofSize.fates, 'lostUnknown', fate, proved - (losses.rows.length - lost))
      }
    }
  }
  return { ...run, stage: 'counted', tally }
}

function lostBySize(plan: ProbePlan, { rows }: MixedLosses): ReadonlyMap<number, number> {
  const counts = new Map<number, number>()
  for (const row of plan.sizes.length === 1 ? [] : rows) {
    const size = probeSize(plan, Math.floor(row / plan.clients))
    counts.set(size, (counts.get(size) ?? 0) + 1)
  }
  return counts
}
