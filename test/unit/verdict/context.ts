import type { RunFacts } from '../../../src/facts/run.ts'
import { analyzeRun } from '../../../src/ledger/analysis.ts'
import { createResult } from '../../../src/verdict/probe-document.ts'
import { parseExpectation } from '../../../src/verdict/expect/expectation.ts'
import type { Result } from '../../../src/verdict/result.ts'
import type { RunContext } from '../../../src/verdict/run-context.ts'

/** The fields of a Result that do not come from the facts. */
export const CONTEXT = {
  command: 'send',
  version: '0.0.0',
  host: { os: 'linux', kernel: '6.0', node: '20.0.0', cpus: 2 },
  target: { address: '127.0.0.1', port: 9000, family: 'udp4' },
  options: {},
  startedAt: '2026-01-01T00:00:00.000Z',
} as const satisfies RunContext

/** The Result of these facts, with these expectations. */
export function resultOf(facts: RunFacts, ...expect: readonly string[]): Result {
  return createResult(facts, analyzeRun(facts), expect.map(parseExpectation), CONTEXT)
}
