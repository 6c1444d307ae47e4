import { usage } from '../../base/error.ts'
import { decodeJournal } from '../../facts/journal.ts'
import { analyzeRun } from '../../ledger/analysis.ts'
import { createResult } from '../../verdict/document.ts'
import { parseExpectation } from '../../verdict/expectation.ts'
import type { Result } from '../../verdict/result.ts'
import type { RunContext } from '../../verdict/run-context.ts'
import type { SendRun } from './run.ts'

/** Makes the Result of a saved run (`--journal FILE`): the same facts give the same Result. Throws `usage` where the text is no journal. */
export function analyze(journal: string): Result {
  return runOfJournal(journal).result
}

/** The same, with what the Result was made from. */
export function runOfJournal(journal: string): SendRun {
  const { facts, context } = decodeJournal(journal)
  if (!isContext(context))
    throw usage('the journal does not say what was sent where', 'write one with udptool send --journal FILE')
  const expect = Array.isArray(context.expect) ? context.expect.map(text => parseExpectation(String(text))) : []
  const analysis = analyzeRun(facts)
  return { result: createResult(facts, analysis, expect, context), facts, analysis }
}

function isContext(value: unknown): value is RunContext & { readonly expect?: unknown } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'target' in value &&
    'host' in value &&
    'version' in value &&
    'startedAt' in value
  )
}
