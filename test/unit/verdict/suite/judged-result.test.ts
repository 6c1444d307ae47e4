import { expect, test } from 'vitest'
import { expectedWords, judgeResult } from '../../../../src/verdict/suite/judged-result.ts'
import type { Result } from '../../../../src/verdict/result.ts'
import { savedResult } from '../../report/result-files.ts'

const clean = savedResult('clean')

function withExpectations(expectations: Result['expectations'], verdict: Result['verdict']): Result {
  return { ...clean, expectations, verdict }
}

test('without expectations one intact reply is expected', () => {
  expect(judgeResult(clean, 'error')).toEqual({
    expected: 'an intact reply',
    observed: '10 of 10 intact',
    verdict: 'pass',
  })
  expect(judgeResult({ ...clean, verdict: 'fail' }, 'error')).toMatchObject({
    verdict: 'fail',
    reason: 'no intact reply came',
  })
})

test('figures are listed after the ledger; counts are part of it', () => {
  const { observed, expected } = judgeResult(
    withExpectations(
      [
        { expr: 'loss==0', actual: 0, passed: true },
        { expr: 'loss<1%', actual: 0, passed: true },
        { expr: 'rtt.p99 < 20ms', actual: 1.5, passed: true },
      ],
      'pass',
    ),
    'error',
  )
  expect(expected).toBe('loss==0, loss<1%, rtt.p99 < 20ms')
  expect(observed).toBe('10 of 10 intact, loss 0%, rtt.p99 1.50 ms')
})

test('the reason is what failed, with the observed value, or why there is none', () => {
  const result = withExpectations(
    [
      { expr: 'loss<1%', actual: 0.5, passed: false },
      { expr: 'rtt.p99<1ms', actual: 3, passed: false, reason: 'p99 of 10 samples' },
      { expr: 'mtu>=1500', passed: false, reason: 'not measured' },
      { expr: 'intact>0', actual: 10, passed: true },
    ],
    'fail',
  )
  const reason =
    'loss<1% does not hold: 50%; rtt.p99<1ms does not hold: 3 ms (p99 of 10 samples); mtu>=1500 does not hold: not measured'
  expect(judgeResult(result, 'error')).toMatchObject({ verdict: 'fail', reason })
  expect(judgeResult(result, 'warn')).toMatchObject({ verdict: 'warn', reason })
})

test('a run whose expectations hold only for lack of replies says so', () => {
  const result = withExpectations([{ expr: 'missed==0', actual: 0, passed: true }], 'fail')
  expect(judgeResult(result, 'error').reason).toBe('no intact reply came')
})

test('expectedWords', () => {
  expect(expectedWords([])).toBe('an intact reply')
  expect(expectedWords(['loss==0', 'late==0'])).toBe('loss==0, late==0')
})
