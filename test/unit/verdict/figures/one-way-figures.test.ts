import { expect, test } from 'vitest'
import { MILLISECOND, SECOND } from '../../../../src/base/nanos.ts'
import type { RunFacts } from '../../../../src/facts/run.ts'
import { analyzeRun } from '../../../../src/ledger/analysis.ts'
import { oneWayFigures } from '../../../../src/verdict/figures/one-way-figures.ts'
import { answered, crafted } from '../../ledger/crafted.ts'

/** Answers for ten seconds, 1 ms after each probe, from a server whose clock has this offset, this rate, and this step halfway. */
function run({ ahead = 0, ppm = 0, step = 0, epoch = { seconds: 1000, nanos: 250_000_000 } }): RunFacts {
  const rows = Array.from({ length: 1000 }, (_, n) => {
    const sent = n * 10 * MILLISECOND
    const reached = sent + MILLISECOND / 2
    const wall = epoch.nanos + reached + ahead + reached * ppm * 1e-6 + (n < 500 ? 0 : step)
    return answered({ sent, dwell: 0, serverArrival: Math.round(wall - SECOND) })
  })
  // The server counts from another second than we do.
  return { ...crafted(rows, { clients: [{ serverBase: epoch.seconds + 1 }] }), epoch }
}

function figures(facts: RunFacts): NonNullable<ReturnType<typeof oneWayFigures>> {
  const found = oneWayFigures(facts, analyzeRun(facts).tally)
  if (found === undefined) throw new Error('nothing')
  return found
}

test('offsetMs is the difference of two wall clocks, whatever the base of their readings', () => {
  expect(figures(run({})).offsetMs).toBeCloseTo(0, 5)
  expect(figures(run({ ahead: 1234 * MILLISECOND })).offsetMs).toBeCloseTo(1234, 5)
  // By 27 years: no digit of a ns is lost.
  const far = figures(run({ ahead: -850e6 * SECOND }))
  expect(far.forwardP50Ms).toBeCloseTo(0.5, 3)
})

test('with different rates it is that in the middle of the run, and the rate is in its interval', () => {
  const found = figures(run({ ppm: 100 }))
  expect(found.offsetMs).toBeCloseTo(0.5, 2)
  expect(found.skewPpm).toBeCloseTo(100, 0)
  expect(found.skewPpmLow).toBeLessThanOrEqual(100)
  expect(found.skewPpmHigh).toBeGreaterThanOrEqual(100)
  expect(found.forwardP50Ms).toBeCloseTo(0.5, 3)
  expect(found.errorMs).toBeGreaterThanOrEqual(0.5)
})

test('without our wall clock, as in old journals, or if it was set: no offset', () => {
  const { epoch: _, ...old } = run({})
  expect(figures(old)).not.toHaveProperty('offsetMs')
  expect(figures({ ...run({}), clockStep: 5 * MILLISECOND })).not.toHaveProperty('offsetMs')
})

test('a clock that was set: errorMs and the rate are absent, errorAnyClockMs replaces them, no delay is negative', () => {
  const found = figures(run({ step: 50 * MILLISECOND }))
  for (const name of ['errorMs', 'errorMedianMs', 'skewPpm', 'skewPpmLow', 'skewPpmHigh'])
    expect(found).not.toHaveProperty(name)
  expect(found.errorAnyClockMs).toBeCloseTo(0.5, 3)
  expect(found.forward?.minMs).toBeGreaterThanOrEqual(0)
  expect(found.return?.minMs).toBeGreaterThanOrEqual(0)
  expect(found.forward?.p99Ms).toBeLessThanOrEqual(1)
})

test('no evidence of the server’s clock: nothing', () => {
  const facts = crafted([answered()])
  expect(oneWayFigures(facts, analyzeRun(facts).tally)).toBeUndefined()
})
