import { expect, test } from 'vitest'
import type { RunFacts } from '../../../../src/facts/run.ts'
import { analyzeRun } from '../../../../src/ledger/analysis.ts'
import { measureRun } from '../../../../src/verdict/expect/run-measured.ts'
import type { ResultRate } from '../../../../src/verdict/result.ts'
import { RateSums } from '../../../../src/verdict/search/rate-result.ts'
import { answered, crafted, silent } from '../../ledger/crafted.ts'
import { CONTEXT, resultOf } from '../context.ts'

const RATE: ResultRate = {
  maxLoss: 0.001,
  size: 1200,
  limit: { kind: 'unknown', reason: '', evidence: {} },
  sizes: [],
  trials: [],
  state: 'complete',
}

/** Codes of the warnings of a search with these trials. */
function codesOf(trials: readonly RunFacts[]): readonly string[] {
  const sums = new RateSums([])
  for (const facts of trials) sums.add(resultOf(facts), measureRun(facts, analyzeRun(facts)))
  const run = { durationMs: 1000, interrupted: false }
  return sums.result(RATE, [], { ...CONTEXT, command: 'rate' }, run).warnings.map(({ code }) => code)
}

test('a search warns of silence only if no trial was answered', () => {
  const dead = crafted(Array.from({ length: 30 }, () => silent()))
  expect(codesOf([dead, dead])).toContain('silence')
  expect(codesOf([crafted(Array.from({ length: 30 }, () => answered())), dead, dead])).not.toContain('silence')
})
