import { describe, expect, test } from 'vitest'
import { seeded } from '../../../src/base/random.ts'
import { compareRuns } from '../../../src/verdict/compare/compare-runs.ts'
import { TOLERANCE, type Tolerance } from '../../../src/verdict/compare/diff.ts'
import { runWith } from './compared.ts'
import { correlatedDelays, gilbertLosses, independent, stalls, type Process } from './processes.ts'

const COMPARISONS = 150
/** 5 % of the comparisons, and the random deviation in one series of a hundred: 2.33 √(150 × 0.05 × 0.95). */
const MOST_ALARMS = 7 + 6

/** The number of comparisons with a false "worse": each pair of runs of a process is compared in both directions. */
function falseAlarms(process: Process, probes: number): number {
  const random = seeded(20)
  let count = 0
  for (let pair = 0; pair < COMPARISONS / 2; pair++) {
    const [one, other] = [runWith(process(random, probes)), runWith(process(random, probes))]
    if (compareRuns(one, other, TOLERANCE).verdict === 'fail') count += 1
    if (compareRuns(other, one, TOLERANCE).verdict === 'fail') count += 1
  }
  return count
}

/** The number of comparisons in which the second run is worse. */
function found(a: Process, b: Process, probes: number, comparisons: number, tolerance: Tolerance = TOLERANCE): number {
  const random = seeded(20)
  let count = 0
  for (let turn = 0; turn < comparisons; turn++) {
    const before = runWith(a(random, probes))
    const after = runWith(b(random, probes))
    if (compareRuns(before, after, tolerance).verdict === 'fail') count += 1
  }
  return count
}

describe('two runs of one process: at most 5 % false alarms of all metrics together', () => {
  test.each<readonly [name: string, process: Process]>([
    ['AR(1) with 0.97', correlatedDelays(0.97, 0.5)],
    ['AR(1) with 0.97, a wide distribution', correlatedDelays(0.97, 1)],
    ['bursts of loss, five long', gilbertLosses(0.02, 0.2)],
    ['bursts of loss, twenty long', gilbertLosses(0.005, 0.05)],
    ['bursts of loss with replies in them', gilbertLosses(0.01, 0.05, 0.5)],
    ['periodic stalls', stalls(100, 10, 50)],
    ['rare periodic stalls', stalls(400, 40, 100)],
    ['independent delays', independent(10, 3, 0.02)],
  ])('%s', (_, process) => {
    expect(falseAlarms(process, 500)).toBeLessThanOrEqual(MOST_ALARMS)
  })
})

describe('a regression of independent samples is detected, 95 times of 100', () => {
  const turns = 100
  test.each<readonly [name: string, a: Process, b: Process, tolerance: Tolerance]>([
    ['20 % more, 5 % allowed', independent(10, 1), independent(12, 1), { ratio: 0.05, loss: 0.01 }],
    ['50 % more', independent(10, 3), independent(15, 3), TOLERANCE],
    ['2 ms more', independent(5, 0.5), independent(7, 0.5), TOLERANCE],
    ['5 points more loss', independent(10, 1), independent(10, 1, 0.05), TOLERANCE],
  ])('%s', (_, a, b, tolerance) => {
    expect(found(a, b, 600, turns, tolerance)).toBeGreaterThanOrEqual(95)
  })

  test('so is one of correlated delays, if the run is long enough', () => {
    const slower: Process = (random, probes) => correlatedDelays(0.97, 0.3)(random, probes).map(delay => 2 * delay)
    expect(found(correlatedDelays(0.97, 0.3), slower, 3000, 40)).toBeGreaterThanOrEqual(36)
  })

  test('and one far beyond the correlated delays, however short the run', () => {
    const slower: Process = (random, probes) => correlatedDelays(0.97, 0.05)(random, probes).map(delay => 500 + delay)
    expect(found(correlatedDelays(0.97, 0.05), slower, 200, turns)).toBe(turns)
  })
})
