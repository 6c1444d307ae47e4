import { describe, expect, test } from 'vitest'
import { MILLISECOND } from '../../../../src/base/nanos.ts'
import type { ProbePlan } from '../../../../src/facts/plan.ts'
import { analyzeRun } from '../../../../src/ledger/analysis.ts'
import { pacingFigures } from '../../../../src/verdict/figures/pacing.ts'
import { answered, crafted, times } from '../../ledger/crafted.ts'

/** Probes due every 10 ms, sent late by these times in ms. */
function pacing(lateness: readonly number[], plan: Partial<ProbePlan> = {}) {
  const rows = lateness.map((late, i) => {
    const scheduled = i * 10 * MILLISECOND
    const sent = scheduled + late * MILLISECOND
    return answered({ scheduled, sent, arrived: sent + MILLISECOND })
  })
  const facts = crafted(rows, { plan })
  return pacingFigures(facts, analyzeRun(facts).tally)
}

test('on time', () => {
  expect(pacing(times(20, 0))).toEqual({
    targetIntervalMs: 10,
    lateP50Ms: 0,
    lateP99Ms: 0,
    lateMaxMs: 0,
    lateMeanMs: 0,
    missed: 0,
    senderLimited: false,
  })
})

test('lateness is a distribution; missed are probes more than an interval late', () => {
  expect(pacing([...times(98, 1), 4, 11])).toMatchObject({ lateP50Ms: 1, lateP99Ms: 4, lateMaxMs: 11, missed: 1 })
})

describe('the sender is the limit', () => {
  test.each<[string, readonly number[], boolean]>([
    ['not if 1 % were missed', [...times(99, 0).with(50, 11), 0], false],
    ['if more than 1 % were missed', [...times(98, 0).with(50, 11).with(51, 11), 0], true],
    ['if it fell behind by more than 1 % and an interval', Array.from({ length: 100 }, (_, i) => i * 0.2), true],
    ['not if a short run ends a little late', [0, 0, 0, 5], false],
  ])('%s', (_, lateness, limited) => {
    expect(pacing(lateness)?.senderLimited).toBe(limited)
  })
})

test.each<[string, Partial<ProbePlan>]>([
  ['a window paces', { window: 4 }],
  ['nothing paces', { interval: 0 }],
])('there are no figures where %s', (_, plan) => {
  expect(pacing([0, 0], plan)).toBeUndefined()
})

test('there are no figures without a probe', () => {
  expect(pacing([])).toBeUndefined()
})

test('a bit rate has the interval of its mean size', () => {
  expect(pacing([0, 0], { interval: 0, bitRate: 128_000 })?.targetIntervalMs).toBe(8)
})
