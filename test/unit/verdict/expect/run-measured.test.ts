import { describe, expect, test } from 'vitest'
import { MILLISECOND } from '../../../../src/base/nanos.ts'
import type { RunFacts } from '../../../../src/facts/run.ts'
import { analyzeRun } from '../../../../src/ledger/analysis.ts'
import { METRICS } from '../../../../src/verdict/expect/metrics.ts'
import { measureRun } from '../../../../src/verdict/expect/run-measured.ts'
import {
  answered,
  crafted,
  cut,
  echoed,
  refused,
  silent,
  withTotals,
  unreachable,
  wrong,
} from '../../ledger/crafted.ts'

const rows = [
  answered({ copies: 2 }),
  answered({ sent: 0, arrived: 500 * MILLISECOND }),
  cut(60),
  wrong(70),
  refused(90),
  unreachable(),
  silent('notReceived'),
  silent('answered'),
  silent('withheld'),
  silent(),
]

function measure(facts: RunFacts) {
  return measureRun(facts, analyzeRun(facts))
}

describe('counts', () => {
  const measured = measure(crafted(rows, { clients: [{ ...withTotals({ distinct: 6 }), foreign: 3 }] }))

  test.each([
    ['intact', 1],
    ['late', 1],
    ['truncated', 1],
    ['corrupt', 1],
    ['refused', 1],
    ['unreachable', 1],
    ['lostForward', 1],
    ['lostReturn', 1],
    ['lostServerPolicy', 1],
    ['lostServerBuffer', 0],
    ['lostUnknown', 1],
    ['loss', 6],
    ['loss.forward', 1],
    ['loss.return', 1],
    ['loss.unknown', 1],
    ['replies', 4],
    ['duplicates', 2],
    ['foreign', 3],
    ['unidentified', 0],
    ['reordered', 1],
    ['missed', 0],
    ['longestRun', 6],
  ])('%s is %d', (metric, count) => {
    expect(measured.count(metric)).toBe(count)
  })

  test('are ratios of the scheduled probes; for order and copies, of the replies', () => {
    expect(['loss', 'intact', 'foreign'].map(metric => measured.base(metric))).toEqual([10, 10, 10])
    expect(['reordered', 'duplicates'].map(metric => measured.base(metric))).toEqual([4, 4])
  })
})

describe('metrics that only receipts prove', () => {
  const proved = ['loss.forward', 'loss.return', 'lostForward', 'lostReturn', 'lostServerBuffer', 'lostServerPolicy']

  test.each(proved)('%s is absent without them, with that reason', metric => {
    const measured = measure(crafted([echoed(), silent()]))
    expect(measured.count(metric)).toBeUndefined()
    expect(measured.reason(metric)).toMatch(/^no receipts/)
  })

  test.each(proved)('%s is absent if they are void', metric => {
    const measured = measure(crafted([answered(), silent()], { clients: [withTotals({ distinct: 0 })] }))
    expect(measured.count(metric)).toBeUndefined()
    expect(measured.reason(metric)).toMatch(/do not cover the whole run/)
  })

  test('drops by the client’s own buffer need none', () => {
    expect(measure(crafted([echoed(), silent()])).count('lostClientBuffer')).toBe(0)
  })
})

describe('durations', () => {
  const measured = measure(crafted([answered({ dwell: 200_000 }), answered({ sent: 0, arrived: 3 * MILLISECOND })]))

  test.each([
    ['rtt.min', 1],
    ['rtt.mean', 2],
    ['rtt.p50', 1],
    ['rtt.p90', 3],
    ['rtt.p95', 3],
    ['rtt.p99', 3],
    ['rtt.p999', 3],
    ['rtt.max', 3],
    ['rttNetwork.min', 0.8],
    // For the other probe it is unknown.
    ['rttNetwork.max', Infinity],
    ['ipdv', 2],
  ])('%s is %d ms', (metric, ms) => {
    expect(measured.duration(metric)).toBe(ms * MILLISECOND)
  })

  test('have their number of samples', () => {
    expect(measured.sampleCount('rtt.p99')).toBe(2)
    expect(measured.sampleCount('rttNetwork.p99')).toBe(1)
  })

  test('without a sample are absent', () => {
    const none = measure(crafted([silent()]))
    expect(none.duration('rtt.p99')).toBeUndefined()
    expect(none.duration('jitter')).toBeUndefined()
    expect(none.reason('rtt.p99')).toBe('no samples')
    expect(none.reason('rttNetwork.p50')).toMatch(/does not report/)
  })
})

test('every metric has a value or a reason', () => {
  const measured = measure(
    crafted([answered({ dwell: 1 }), answered(), silent('answered')], { clients: [withTotals()] }),
  )
  for (const [metric, kind] of METRICS) {
    const value = kind === 'duration' ? measured.duration(metric) : measured.count(metric)
    if (value === undefined) expect(measured.reason(metric), metric).not.toBe('no samples')
  }
})
