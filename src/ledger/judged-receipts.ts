import type { ReceiptsKnown, RefiningRun, StagedRun } from './staged-run.ts'

/** Judges the receipts by fates that evidence about single datagrams proves; refined fates would hide what was left unanswered. */
export function judgeReceipts({ facts, tally }: StagedRun<'totaled'>): RefiningRun<'judged'> {
  return { stage: 'judged', facts, tally, receipts: receiptsOf({ facts, tally }), drops: { shared: false } }
}

function receiptsOf({ facts, tally }: Pick<StagedRun<'totaled'>, 'facts' | 'tally'>): ReceiptsKnown {
  const { classifier, clients, beyondMemory } = tally
  if (classifier.void) return 'void'
  if (beyondMemory > 0) return 'none'
  const whole = facts.clients.every(({ receipts }, number) => {
    if (receipts.state === 'whole') return classifier.believed[number]
    const fates = clients[number]?.fates
    // Nothing was unanswered: every reply of kind `R` serves as its own receipt.
    return receipts.state === 'unasked' && classifier.sawAnswer && fates !== undefined && fates.lostUnknown === 0
  })
  return whole ? 'whole' : 'none'
}
