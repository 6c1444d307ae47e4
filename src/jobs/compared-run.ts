import { usage } from '../base/error.ts'
import type { ComparedRun } from '../verdict/compare/run-figures.ts'
import { readSaved, type Saved } from '../runs/saved-document.ts'

/** Reads the file of a run for comparison: a saved Result, or a journal, which has every delay. Throws `usage` for anything else. */
export function readComparedRun(file: string): ComparedRun {
  return comparedRun(readSaved(file))
}

/** The run of a saved document. A suite is refused, because it has several. */
export function comparedRun(saved: Saved): ComparedRun {
  if (saved.kind === 'suite')
    throw usage(
      `${saved.file} is a suite of ${saved.suite.checks.length} checks, and two runs are compared`,
      'give a Result (send --json) or a journal (send --journal)',
    )
  if (saved.kind === 'query')
    throw usage(
      `${saved.file} is a query, and two runs of probes are compared`,
      'give a Result (send --json) or a journal (send --journal)',
    )
  return { result: saved.result, file: saved.file }
}
