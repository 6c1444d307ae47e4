import { MILLISECOND } from '../../../src/base/nanos.ts'
import { seeded } from '../../../src/base/random.ts'
import type { RunFacts } from '../../../src/facts/run.ts'
import type { Result } from '../../../src/verdict/result.ts'
import type { ComparedRun } from '../../../src/verdict/compare/run-figures.ts'
import { answered, crafted, silent, type CraftedRow } from '../ledger/crafted.ts'
import { resultOf } from './context.ts'

/** A probe every 10 ms, each answered after this many ms; NaN: never. */
function rowsOf(delays: readonly number[]): CraftedRow[] {
  return delays.map((delay, row) => {
    const sent = row * 10 * MILLISECOND
    return Number.isNaN(delay) ? silent() : answered({ scheduled: sent, sent, arrived: sent + delay * MILLISECOND })
  })
}

/** These facts as a run to compare. */
function runOf(facts: RunFacts, change: Partial<Result> = {}): ComparedRun {
  return { result: { ...resultOf(facts), ...change } }
}

/** A run with these delays. */
export function runWith(delays: readonly number[], change: Partial<Result> = {}): ComparedRun {
  return runOf(crafted(rowsOf(delays), { plan: { interval: 10 * MILLISECOND } }), change)
}

/** `count` delays spread evenly over a tenth of `ms` above it, shuffled (Fisher and Yates 1938). */
export function around(ms: number, count: number): number[] {
  const random = seeded(5)
  const delays = Array.from({ length: count }, (_, index) => ms * (1 + index / count / 10))
  for (let last = count - 1; last > 0; last--) {
    const other = random.integer(last + 1)
    ;[delays[last], delays[other]] = [delays[other] ?? NaN, delays[last] ?? NaN]
  }
  return delays
}

/** The same Result without the intervals, as with `--summary`. */
export function withoutConfidence({ result }: ComparedRun): ComparedRun {
  const { confidence: _, ...rest } = result
  return { result: rest }
}

/** The same with every `nth` probe lost. */
export function losing(delays: readonly number[], nth: number): number[] {
  return delays.map((delay, index) => (index % nth === nth - 1 ? NaN : delay))
}
