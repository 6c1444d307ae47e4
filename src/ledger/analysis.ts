import { PAGE_ROWS } from '../facts/probe-table.ts'
import type { RunFacts } from '../facts/run.ts'
import { refine, type DropEvidence } from './refinement.ts'
import { Tally } from './tally.ts'

/** What a run's facts say: fates with their evidence, and every metric. Give it to `verdict/document.ts` to make the Result. */
export interface Analysis {
  readonly tally: Tally
  readonly drops: DropEvidence
  /** What is known of receipts: every question answered and believed, none had, or not believed. */
  readonly receipts: 'whole' | 'none' | 'void'
}

/** Analyses a closed run. A pure function: the same facts give the same analysis. */
export function analyzeRun(facts: RunFacts, tally: Tally = new Tally(facts)): Analysis {
  for (let number = facts.probes.retired; number < facts.probes.pages.length; number++) tally.fold(number)
  addClientTotals(facts, tally)
  return { tally, receipts: judgeReceipts(facts, tally), drops: refine(facts, tally) }
}

/** Folds and forgets what is final of a run without end. */
export function foldFinal(facts: RunFacts, tally: Tally): void {
  while ((facts.probes.retired + 1) * PAGE_ROWS <= facts.finalRows) {
    tally.fold(facts.probes.retired)
    facts.probes.retire()
  }
}

function addClientTotals(facts: RunFacts, tally: Tally): void {
  const { total } = tally
  total.duplicates = 0
  facts.clients.forEach((client, number) => {
    const group = tally.clients[number]
    const order = tally.orders[number]
    if (group === undefined || order === undefined) return
    const losses = order.losses.result()
    if (group !== total) {
      group.foreign = client.foreign
      group.unidentified = client.unidentified
      group.reordered = order.arrivals.reordering.result().reordered
      group.longestRun = losses.longestRun
    }
    group.duplicates = client.duplicates
    if (group !== total) total.duplicates += client.duplicates
    total.foreign += client.foreign
    total.unidentified += client.unidentified
    total.reordered += order.arrivals.reordering.result().reordered
    total.longestRun = Math.max(total.longestRun, losses.longestRun)
    for (const outage of losses.outages) {
      total.outages.push({ ...outage, client: number })
      if (group !== total) group.outages.push({ ...outage, client: number })
    }
    total.outagesOmitted += losses.outagesOmitted
  })
  total.outages.sort((a, b) => a.startMs - b.startMs)
  for (const group of tally.sizes.values()) if (group !== total) group.closePatterns()
}

function judgeReceipts(facts: RunFacts, { classifier, clients, beyondMemory }: Tally): 'whole' | 'none' | 'void' {
  if (classifier.void) return 'void'
  if (beyondMemory > 0) return 'none'
  const whole = facts.clients.every(({ receipts }, number) => {
    if (receipts.state === 'whole') return classifier.believed[number]
    const fates = clients[number]?.fates
    // Nothing was unanswered: every answer of kind R is its own receipt.
    return receipts.state === 'unasked' && classifier.sawAnswer && fates !== undefined && fates.lostUnknown === 0
  })
  return whole ? 'whole' : 'none'
}
