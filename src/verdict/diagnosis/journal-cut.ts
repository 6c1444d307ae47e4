import { counted, formatCount } from '../../base/counted.ts'
import { scheduledCount } from '../../ledger/fate.ts'
import type { Rule } from './rule.ts'

export const journalCut: Rule = ({ cut }, { tally }) => {
  if (cut === undefined) return undefined
  const read = scheduledCount(tally.total.fates)
  return {
    code: 'journalCut',
    message: `the journal has no end line, so it was cut: it holds ${formatCount(read)} of ${counted(cut.scheduled, 'probe')}`,
    hint: 'copy the complete file again; a cut journal passes no expectation',
    evidence: { read, scheduled: cut.scheduled },
  }
}
