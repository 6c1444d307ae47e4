import { describe, expect, test } from 'vitest'
import { parseExpectation } from '../../../../src/verdict/expect/expectation.ts'
import type { ResultRate } from '../../../../src/verdict/result.ts'
import { absenceReason, foundRates, withTrials } from '../../../../src/verdict/search/rate-measured.ts'

type Row = ResultRate['sizes'][number]

const LIMIT: ResultRate['limit'] = { kind: 'policer', reason: '', evidence: {} }

function search(sizes: readonly Row[], state: ResultRate['state'] = 'complete'): ResultRate {
  return { maxLoss: 0.001, size: 1200, limit: LIMIT, sizes: [...sizes], trials: [], state }
}

const HELD: Row = { size: 1200, pps: 100, bitsPerSecond: 960_000, limit: LIMIT }
const FAILED: Row = { size: 64, limit: LIMIT }

describe('the rates of a search', () => {
  test('have the unit of the expectation', () => {
    expect(foundRates(search([HELD]), 'packets')).toEqual([{ size: 1200, perSecond: 100, isLowerBound: false }])
    expect(foundRates(search([HELD]), 'bits')).toEqual([{ size: 1200, perSecond: 960_000, isLowerBound: false }])
  })

  test('are lower bounds if the search was interrupted or found no limit', () => {
    expect(foundRates(search([HELD], 'interrupted'), 'bits')).toMatchObject([{ isLowerBound: true }])
    const unlimited = { ...HELD, limit: { ...LIMIT, kind: 'none' as const } }
    expect(foundRates(search([unlimited]), 'bits')).toMatchObject([{ isLowerBound: true }])
  })

  test('are unknown if one size has none', () => {
    expect(foundRates(search([HELD, FAILED]), 'bits')).toBeUndefined()
    expect(absenceReason('rate', search([HELD, FAILED]))).toBe('no rate held at 64 bytes with a loss of at most 0.1%')
    expect(absenceReason('rate', search([FAILED], 'interrupted'))).toBe(
      'no rate held with a loss of at most 0.1%: the search was interrupted',
    )
  })
})

test('a search has no delays, and counts of all trials', () => {
  expect(absenceReason('rtt.p99', search([HELD]))).toBe('delays depend on the rate: they are in rate.trials')
  expect(absenceReason('loss.forward', search([HELD]))).toBeUndefined()
})

test('a failed count says that trials overload the path', () => {
  const failed = { expr: 'loss<1%', actual: 0.2, passed: false }
  const reason = 'counted over all trials, of which some overload the path on purpose'
  expect(withTrials(failed, parseExpectation('loss<1%'))).toEqual({ ...failed, reason })
  const passed = { ...failed, passed: true }
  expect(withTrials(passed, parseExpectation('loss<1%'))).toEqual(passed)
  const absent = { expr: 'rtt.p99<1s', passed: false, reason: 'delays belong to a rate' }
  expect(withTrials(absent, parseExpectation('rtt.p99<1s'))).toEqual(absent)
})
