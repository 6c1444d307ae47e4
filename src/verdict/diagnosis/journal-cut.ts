import { counted, formatCount } from '../../base/counted.ts'
import { scheduledCount } from '../../ledger/fate.ts'
import type { Rule } from './rule.ts'

export const journalCut: Rule = ({ cut }, { tally }) => {
  if (cut === undefined) return undefined
  const { scheduled } = cut
  const read = scheduledCount(tally.total.fates)
  if (scheduled === undefined) {
    return {
      code: 'journalCut',
      message: `the journal has no end line, so its run was killed or goes on: it holds the first ${counted(read, 'settled probe')}`,
      hint: 'read it again after the end of the run; a journal without its end line passes no expectation',
      evidence: { read },
    }
  }
  return {
    code: 'journalCut',
    message: `the journal has no end line, so it was cut: it holds ${formatCount(read)} of ${counted(scheduled, 'probe')}`,
    hint: 'copy the complete file again; a cut journal passes no expectation',
    evidence: { read, scheduled },
  }
}
