import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MILLISECOND } from '../../../src/base/nanos.ts'
import { OUTCOME, TRAIT } from '../../../src/facts/probe-table.ts'
import type { RunFacts } from '../../../src/facts/run.ts'
import { analyzeRun } from '../../../src/ledger/analysis.ts'
import { probeRows, roundTrips } from '../../../src/runs/send/probe-rows.ts'
import { createResult } from '../../../src/verdict/probe-document.ts'
import { crafted, withTotals } from '../ledger/crafted.ts'
import { CONTEXT } from './context.ts'

/** Differences of two clocks, which may be negative. */
const SIGNED = /^(?:oneWay\.(?:offsetMs|skewPpm)|warnings\.\d+\.evidence\.stepMs)/u

/** The paths of all negative numbers. */
function negatives(value: unknown, path = ''): readonly string[] {
  if (typeof value === 'number') return value < 0 ? [path] : []
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, one]) => negatives(one, path === '' ? key : `${path}.${key}`))
}

const moment = fc
  .oneof(fc.integer({ min: -2000, max: 2000 }), fc.constantFrom(0, 10, 10.000001, 1e9, -1e9))
  .map(ms => Math.round(ms * MILLISECOND))
const row = fc.record({
  outcome: fc.constantFrom(...Object.values(OUTCOME).filter(outcome => outcome !== OUTCOME.unscheduled)),
  traits: fc.constantFrom(
    TRAIT.same | TRAIT.upper | TRAIT.answered,
    TRAIT.same | TRAIT.upper,
    0,
    ...[1, 2, 3, 4].map(receipt => receipt << TRAIT.receiptShift),
  ),
  sent: moment,
  scheduled: moment,
  arrived: moment,
  dwell: moment.map(Math.abs),
  serverArrival: moment,
  copies: fc.nat(2),
})

function runOf(rows: readonly object[], clients: number, summary: boolean): RunFacts {
  const plan = { clients, runs: Array.from({ length: clients }, (_, n) => n + 1), interval: 5 * MILLISECOND, summary }
  const each = Array.from({ length: clients }, () => ({ ...withTotals({ withheld: 3, answered: 4 }), serverBase: 100 }))
  const facts = crafted(rows, { plan, clients: each })
  facts.icmp.push({ errno: 111, type: 3, code: 3 })
  facts.probes.pages.forEach(page => {
    page?.arrived.forEach((_, place) => {
      const outcome = page.outcome[place]
      if (outcome === OUTCOME.waiting || outcome === OUTCOME.refused) page.arrived[place] = Infinity
    })
  })
  return facts
}

test('no time of a Result is negative, whatever happens to the clocks', () => {
  fc.assert(
    fc.property(
      fc.array(row, { minLength: 1, maxLength: 40 }),
      fc.integer({ min: 1, max: 3 }),
      fc.boolean(),
      fc.array(moment, { minLength: 3, maxLength: 3 }),
      (rows, clients, summary, [started = 0, closed = 0, read = 0]) => {
        const facts = runOf(rows, clients, summary)
        facts.startedAt = started
        facts.closedAt = closed
        for (const client of facts.clients) client.receipts.toldAt = read
        const analysis = analyzeRun(facts)
        const result = createResult(facts, analysis, [], CONTEXT)
        expect(negatives(result).filter(path => !SIGNED.test(path))).toEqual([])
        expect(negatives([...probeRows(facts, analysis)])).toEqual([])
        expect(negatives(roundTrips(facts, 20))).toEqual([])
      },
    ),
    { numRuns: 200 },
  )
})
