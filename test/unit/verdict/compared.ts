import { MILLISECOND } from '../../../src/base/nanos.ts'
import type { RunFacts } from '../../../src/facts/run.ts'
import { analyzeRun } from '../../../src/ledger/analysis.ts'
import { delaySeries } from '../../../src/ledger/delay-series.ts'
import type { Result } from '../../../src/verdict/result.ts'
import type { ComparedRun } from '../../../src/verdict/run-figures.ts'
import { answered, crafted, silent, type CraftedRow } from '../ledger/crafted.ts'
import { resultOf } from './context.ts'

/** A probe every 10 ms, each answered after so many ms; NaN: never. */
export function rowsOf(delays: readonly number[]): CraftedRow[] {
  return delays.map((delay, row) => {
    const sent = row * 10 * MILLISECOND
    return Number.isNaN(delay) ? silent() : answered({ scheduled: sent, sent, arrived: sent + delay * MILLISECOND })
  })
}

/** These facts as a run to compare, its delays known one by one. */
export function runOf(facts: RunFacts, change: Partial<Result> = {}): ComparedRun {
  return { result: { ...resultOf(facts), ...change }, delays: delaySeries(facts, analyzeRun(facts)) }
}

/** A run with these delays. */
export function runWith(delays: readonly number[], change: Partial<Result> = {}): ComparedRun {
  return runOf(crafted(rowsOf(delays), { plan: { interval: 10 * MILLISECOND } }), change)
}

/** `count` delays that spread evenly over a tenth of `ms` above it, in an order without drift. */
export function around(ms: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => ms * (1 + ((index * 37) % count) / count / 10))
}

/** The same with every `nth` probe lost. */
export function losing(delays: readonly number[], nth: number): number[] {
  return delays.map((delay, index) => (index % nth === nth - 1 ? NaN : delay))
}
