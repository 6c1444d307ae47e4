import { expect, test } from 'vitest'
import { MILLISECOND } from '../../../src/base/nanos.ts'
import { analyzeRun } from '../../../src/ledger/analysis.ts'
import { runSeries } from '../../../src/ledger/run-series.ts'
import { answered, crafted, cut, silent, wrong, type CraftedRow, type Crafted } from './crafted.ts'

/** A reply after this many ms to the probe of this row. */
function after(row: number, ms: number, how: (row: CraftedRow) => CraftedRow = answered): CraftedRow {
  const sent = row * 10 * MILLISECOND
  return how({ sent, arrived: sent + ms * MILLISECOND })
}

function seriesOf(rows: readonly CraftedRow[], more?: Crafted): [number[], number[]] | undefined {
  const facts = crafted(rows, more)
  const series = runSeries(facts, analyzeRun(facts))
  return series === undefined ? undefined : [[...series.rtt], [...series.variation]]
}

test('delays in sending order; a cut reply has one, a wrong one and a lost one have none, and no pair spans a loss', () => {
  const rows = [
    after(0, 1),
    after(1, 4),
    after(2, 2, row => cut(64, row)),
    silent(),
    after(4, 7),
    after(5, 3, row => wrong(3, row)),
    after(6, 5),
    after(7, 5),
  ]
  expect(seriesOf(rows)).toEqual([
    [1, 4, 2, 7, 5, 5],
    [3, 2, 0],
  ])
})

test('pairs are of one client', () => {
  const rows = [after(0, 1), after(1, 10), after(2, 2), after(3, 30)]
  expect(seriesOf(rows, { plan: { clients: 2, runs: [1, 2] } })).toEqual([
    [1, 10, 2, 30],
    [1, 20],
  ])
})

test('it agrees with the Result', () => {
  const facts = crafted([after(0, 1), after(1, 4), after(2, 2), after(3, 2)])
  const analysis = analyzeRun(facts)
  const series = runSeries(facts, analysis)
  expect(series?.rtt.length).toBe(analysis.tally.total.rtt.count)
  const ipdv = analysis.tally.orders[0]?.ipdv
  const mean = (series?.variation.reduce((sum, one) => sum + one, 0) ?? 0) / (series?.variation.length ?? 1)
  expect(mean).toBeCloseTo((ipdv ?? NaN) / MILLISECOND, 12)
})

test('a run folded into totals has none', () => {
  expect(seriesOf([after(0, 1)], { plan: { summary: true } })).toBeUndefined()
})
