import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { evaluate } from '../../../src/verdict/evaluate.ts'
import { parseExpectation } from '../../../src/verdict/expectation.ts'
import type { Measured } from '../../../src/verdict/measured.ts'

interface Run {
  readonly counts?: Readonly<Record<string, number>>
  readonly bases?: Readonly<Record<string, number>>
  readonly durations?: Readonly<Record<string, number>>
  readonly samples?: number
  readonly reasons?: Readonly<Record<string, string>>
}

function measured({ counts = {}, bases = {}, durations = {}, samples = 0, reasons = {} }: Run): Measured {
  return {
    count: metric => counts[metric],
    base: metric => bases[metric] ?? 100,
    duration: metric => durations[metric],
    sampleCount: () => samples,
    reason: metric => reasons[metric],
  }
}

function judge(expr: string, run: Run) {
  return evaluate(parseExpectation(expr), measured(run))
}

test('a count is compared as a count, and with % as a ratio of its base', () => {
  const run = { counts: { loss: 2, reordered: 1 }, bases: { reordered: 50 } }
  expect(judge('loss==2', run)).toEqual({ expr: 'loss==2', actual: 2, passed: true })
  expect(judge('loss<1%', run)).toEqual({ expr: 'loss<1%', actual: 0.02, passed: false })
  expect(judge('reordered<=2%', run)).toEqual({ expr: 'reordered<=2%', actual: 0.02, passed: true })
})

test('durations are in milliseconds, bytes in bytes', () => {
  expect(judge('rtt.mean<5ms', { durations: { 'rtt.mean': 4.5e6 }, samples: 3 })).toEqual({
    expr: 'rtt.mean<5ms',
    actual: 4.5,
    passed: true,
  })
  expect(judge('mtu>=1500', { counts: { mtu: 1400 } })).toEqual({ expr: 'mtu>=1500', actual: 1400, passed: false })
})

describe('what is absent fails with its reason', () => {
  test.each(['loss.forward==0', 'loss.forward<1%', 'loss.forward!=7', 'rtt.p99<20ms', 'mtu>=0'])('%s', expr => {
    const metric = parseExpectation(expr).metric
    expect(judge(expr, { reasons: { [metric]: 'the server gives no receipts' } })).toEqual({
      expr,
      passed: false,
      reason: 'the server gives no receipts',
    })
    expect(judge(expr, {})).toEqual({ expr, passed: false, reason: 'no samples' })
  })

  test.each(['truncated==0', 'corrupt==0%', 'late==0', 'duplicates==0', 'reordered==0'])('%s of no reply', expr => {
    const { metric } = parseExpectation(expr)
    const reason = 'no reply came'
    expect(judge(expr, { counts: { [metric]: 0, replies: 0 } })).toEqual({ expr, passed: false, reason })
    expect(judge(expr, { counts: { [metric]: 0, replies: 1 } }).passed).toBe(true)
  })

  test.each(['loss==0', 'replies==0', 'missed==0', 'rtt.p99<1s'])('%s of nothing sent', expr => {
    const { metric } = parseExpectation(expr)
    const run = { counts: { [metric]: 0 }, durations: { [metric]: 1 }, bases: { loss: 0 } }
    expect(judge(expr, run)).toEqual({ expr, passed: false, reason: 'nothing was sent' })
  })

  test('a size that a search found, whatever it sent', () => {
    expect(judge('mtu>=1500', { counts: { mtu: 1500 }, bases: { loss: 0 } }).passed).toBe(true)
  })

  test('a ratio of nothing is absent', () => {
    const run = { counts: { duplicates: 0 }, bases: { duplicates: 0 }, reasons: { duplicates: 'no replies' } }
    expect(judge('duplicates==0%', run)).toEqual({ expr: 'duplicates==0%', passed: false, reason: 'no replies' })
    expect(judge('duplicates==0', run).passed).toBe(true)
  })
})

describe('a percentile of few samples says so, passed or not', () => {
  test.each([
    ['rtt.p50<20ms', 19, 'p50 of 19 samples'],
    ['rtt.p50<20ms', 20, undefined],
    ['rtt.p90<20ms', 99, 'p90 of 99 samples'],
    ['rtt.p90<20ms', 100, undefined],
    ['rtt.p95<20ms', 199, 'p95 of 199 samples'],
    ['rtt.p95<20ms', 200, undefined],
    ['rttNetwork.p99<20ms', 200, 'p99 of 200 samples'],
    ['rttNetwork.p99<20ms', 1000, undefined],
    ['rttScheduled.p999<20ms', 9999, 'p999 of 9999 samples'],
    ['rttScheduled.p999<20ms', 10_000, undefined],
    ['rtt.p99<20ms', 1, 'p99 of 1 sample'],
    ['rtt.max<20ms', 1, undefined],
  ])('%s of %d', (expr, samples, reason) => {
    const metric = parseExpectation(expr).metric
    const outcome = { expr, actual: 10, passed: true, ...(reason === undefined ? {} : { reason }) }
    expect(judge(expr, { durations: { [metric]: 10e6 }, samples })).toEqual(outcome)
    expect(judge(expr, { durations: { [metric]: 30e6 }, samples })).toEqual({ ...outcome, actual: 30, passed: false })
  })
})

test('the six operators order like numbers', () => {
  fc.assert(
    fc.property(fc.nat(3), fc.nat(3), (actual, limit) => {
      const passed = ['<', '<=', '>', '>=', '==', '!='].map(operator => {
        return judge(`loss${operator}${limit}`, { counts: { loss: actual } }).passed
      })
      expect(passed).toEqual([
        actual < limit,
        actual <= limit,
        actual > limit,
        actual >= limit,
        actual === limit,
        actual !== limit,
      ])
    }),
  )
})

test('a ratio that is exactly the limit is equal to it', () => {
  fc.assert(
    fc.property(fc.nat(1000), lost => {
      const percent = (lost / 10).toFixed(1)
      expect(judge(`loss==${percent}%`, { counts: { loss: lost }, bases: { loss: 1000 } }).passed).toBe(true)
    }),
  )
})
