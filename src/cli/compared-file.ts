import { usage } from '../base/error.ts'
import { delaySeries } from '../ledger/delay-series.ts'
import type { ComparedRun } from '../verdict/run-figures.ts'
import { readSaved } from './saved-file.ts'

/** Reads a run to compare with: a saved Result, or a journal, which knows every delay. Rejects with `usage` for anything else. */
export async function readComparedRun(file: string): Promise<ComparedRun> {
  const saved = await readSaved(file)
  if (saved.kind === 'suite')
    throw usage(
      `${saved.file} is a suite of ${saved.suite.checks.length} checks, and two runs are compared`,
      'give a Result (send --json) or a journal (send --journal)',
    )
  const delays = saved.kind === 'journal' ? delaySeries(saved.facts, saved.analysis) : undefined
  return { result: saved.result, file: saved.file, ...(delays === undefined ? {} : { delays }) }
}
