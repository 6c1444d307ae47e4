import { counted, formatCount } from '../base/counted.ts'
import type { Result } from './result.ts'

/** The warning of a Result that was made from a journal without its end line. */
const JOURNAL_CUT = 'journalCut'

/** Whether a Result is from a cut journal: it may cover only part of a run, so it never passes. */
export function isOfCutJournal({ warnings }: Pick<Result, 'warnings'>): boolean {
  return warnings.some(({ code }) => code === JOURNAL_CUT)
}

/**
 * How much of the run the journal contains: `the journal was cut: 8192 of 20,000 probes`, or `the journal has no end: 8192 probes settled`.
 * Undefined: it is complete.
 */
export function cutWords({ warnings, ledger }: Pick<Result, 'warnings' | 'ledger'>): string | undefined {
  const warning = warnings.find(({ code }) => code === JOURNAL_CUT)
  if (warning === undefined) return undefined
  const scheduled = Number(warning.evidence?.['scheduled'] ?? NaN)
  const left = formatCount(ledger.scheduled)
  return Number.isNaN(scheduled)
    ? `the journal has no end: ${counted(ledger.scheduled, 'probe')} settled`
    : `the journal was cut: ${left} of ${counted(scheduled, 'probe')}`
}
