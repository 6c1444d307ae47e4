import { expect, test } from 'vitest'
import { MILLISECOND } from '../../../../src/base/nanos.ts'
import { analyzeRun } from '../../../../src/ledger/analysis.ts'
import { Samples } from '../../../../src/ledger/samples.ts'
import { delayFigures, ipdvOf, jitterOf } from '../../../../src/verdict/figures/delay-figures.ts'
import { answered, crafted, type CraftedRow } from '../../ledger/crafted.ts'

function samples(...values: readonly number[]): Samples {
  const statistic = new Samples()
  for (const ms of values) statistic.push(ms * MILLISECOND)
  return statistic
}

function taking(ms: number): CraftedRow {
  return answered({ sent: 0, arrived: ms * MILLISECOND })
}

test('nanoseconds become milliseconds', () => {
  expect(delayFigures(samples(1, 2, 3, 4))).toEqual({
    count: 4,
    minMs: 1,
    meanMs: 2.5,
    p50Ms: 2,
    p90Ms: 4,
    p95Ms: 4,
    p99Ms: 4,
    p999Ms: 4,
    maxMs: 4,
    stddevMs: expect.closeTo(1.290994, 5),
  })
})

test('one sample has no deviation, none has no figures', () => {
  expect(delayFigures(samples(5))).not.toHaveProperty('stddevMs')
  expect(delayFigures(samples())).toBeUndefined()
})

test('replies in trains have neither jitter nor IPDV: a train has one arrival time', () => {
  const rows = [taking(1), taking(3), taking(2)]
  const { tally } = analyzeRun(crafted(rows, { clients: [{ longestTrain: 3 }] }))
  expect([jitterOf(tally), ipdvOf(tally)]).toEqual([undefined, undefined])
})

test('jitter and IPDV are the means over the clients that have them', () => {
  const rows = [taking(1), taking(1), taking(1), taking(5), taking(1), taking(1)]
  const { tally } = analyzeRun(crafted(rows, { plan: { clients: 2 } }))
  expect(ipdvOf(tally)).toBe((0 + 4 * MILLISECOND) / 2)
  expect(jitterOf(tally)).toBeGreaterThan(0)
  const alone = analyzeRun(crafted([taking(1), taking(1), taking(3)], { plan: { clients: 2 } })).tally
  expect(ipdvOf(alone)).toBe(2 * MILLISECOND)
})

test('without two replies there is neither', () => {
  const { tally } = analyzeRun(crafted([taking(1)]))
  expect([ipdvOf(tally), jitterOf(tally)]).toEqual([undefined, undefined])
})
