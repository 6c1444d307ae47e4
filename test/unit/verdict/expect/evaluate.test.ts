import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { evaluate, evaluateAll } from '../../../../src/verdict/expect/evaluate.ts'
import { parseExpectation } from '../../../../src/verdict/expect/expectation.ts'
import type { FoundRate, Measured, Unknown } from '../../../../src/verdict/expect/measured.ts'

interface Run {
  readonly counts?: Readonly<Record<string, number>>
  readonly bases?: Readonly<Record<string, number>>
  readonly durations?: Readonly<Record<string, number>>
  readonly samples?: number
  readonly unknowns?: Readonly<Record<string, Unknown>>
  readonly reasons?: Readonly<Record<string, string>>
  readonly rates?: readonly FoundRate[]
}

function measured({
  counts = {},
  bases = {},
  durations = {},
  samples = 100,
  unknowns = {},
  reasons = {},
  rates,
}: Run): Measured {
  return {
    count: metric => counts[metric],
    unknown: metric => unknowns[metric],
    base: metric => bases[metric] ?? 100,
    duration: metric => durations[metric],
    sampleCount: () => samples,
    rates: () => rates,
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
  expect(judge('rtt.mean<5ms', { durations: { 'rtt.mean': 4.5e6 } })).toEqual({
    expr: 'rtt.mean<5ms',
    actual: 4.5,
    passed: true,
  })
  expect(judge('mtu>=1500', { counts: { mtu: 1400 } })).toEqual({ expr: 'mtu>=1500', actual: 1400, passed: false })
})

describe('a rate', () => {
  const held = (perSecond: number, isLowerBound = false, size = 1200): FoundRate => ({ size, perSecond, isLowerBound })

  test('is compared in its unit', () => {
    expect(judge('rate>=600pps', { rates: [held(650)] })).toEqual({ expr: 'rate>=600pps', actual: 650, passed: true })
    expect(judge('rate>=700pps', { rates: [held(650)] })).toEqual({ expr: 'rate>=700pps', actual: 650, passed: false })
  })

  test('is the bound of the search in spite of rounding', () => {
    expect(judge('rate>=10Mbit', { rates: [held((10e6 / 9600) * 9600 - 2e-9)] }).passed).toBe(true)
  })

  test('that may be higher meets only a lower bound', () => {
    const rates = [held(650, true)]
    expect(judge('rate>=600pps', { rates }).passed).toBe(true)
    for (const expr of ['rate<700pps', 'rate<=650pps', 'rate==650pps', 'rate!=600pps'])
      expect(judge(expr, { rates })).toEqual({
        expr,
        actual: 650,
        passed: false,
        reason: 'the search ended there, and a higher rate may hold',
      })
    expect(judge('rate<600pps', { rates })).toEqual({ expr: 'rate<600pps', actual: 650, passed: false })
  })

  test('has to be reached with every size', () => {
    const rates = [held(650), held(300, false, 64)]
    expect(judge('rate>=200pps', { rates })).toEqual({ expr: 'rate>=200pps', actual: 650, passed: true })
    expect(judge('rate>=600pps', { rates })).toEqual({
      expr: 'rate>=600pps',
      actual: 300,
      passed: false,
      reason: 'at 64 bytes',
    })
  })

  test('that nothing found fails with the reason', () => {
    const reasons = { rate: 'no rate held' }
    for (const expr of ['rate>=1pps', 'rate<1Gbit'])
      expect(judge(expr, { reasons })).toEqual({ expr, passed: false, reason: 'no rate held' })
  })
})

describe('an absent metric fails with its reason', () => {
  test.each(['loss.forward==0', 'loss.forward<1%', 'loss.forward!=7', 'rtt.p99<20ms', 'mtu>=0'])('%s', expr => {
    const metric = parseExpectation(expr).metric
    expect(judge(expr, { reasons: { [metric]: 'the server gives no receipts' } })).toEqual({
      expr,
      passed: false,
      reason: 'the server gives no receipts',
    })
    expect(judge(expr, {})).toEqual({ expr, passed: false, reason: 'no samples' })
  })

  test.each(['loss==0', 'replies==0', 'missed==0', 'rtt.p99<1s'])('%s of nothing sent', expr => {
    const { metric } = parseExpectation(expr)
    const run = { counts: { [metric]: 0 }, durations: { [metric]: 1 }, bases: { loss: 0 } }
    expect(judge(expr, run)).toEqual({ expr, passed: false, reason: 'nothing was sent' })
  })

  test('a size found by a search counts, however many probes were sent', () => {
    expect(judge('mtu>=1500', { counts: { mtu: 1500 }, bases: { loss: 0 } }).passed).toBe(true)
  })

  test('a ratio to 0 is absent', () => {
    const run = { counts: { duplicates: 0 }, bases: { duplicates: 0 }, reasons: { duplicates: 'no replies' } }
    expect(judge('duplicates==0%', run)).toEqual({ expr: 'duplicates==0%', passed: false, reason: 'no replies' })
    expect(judge('duplicates==0', run).passed).toBe(true)
  })
})

describe('a percentile of few samples has a caveat, passed or not', () => {
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
    const bases = { loss: samples }
    expect(judge(expr, { durations: { [metric]: 10e6 }, samples, bases })).toEqual(outcome)
    expect(judge(expr, { durations: { [metric]: 30e6 }, samples, bases })).toEqual({
      ...outcome,
      actual: 30,
      passed: false,
    })
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

test('a ratio equal to the limit is equal to it', () => {
  fc.assert(
    fc.property(fc.nat(1000), lost => {
      const percent = (lost / 10).toFixed(1)
      expect(judge(`loss==${percent}%`, { counts: { loss: lost }, bases: { loss: 1000 } }).passed).toBe(true)
    }),
  )
})

describe('the uncertainty counts against an expectation', () => {
  const unknowns = { truncated: { most: 5, what: '5 unidentified' } }

  test.each([
    ['truncated==0', 0, false],
    ['truncated<=4', 0, false],
    ['truncated<5', 0, false],
    ['truncated<=5', 0, true],
    ['truncated<6%', 0, true],
    ['truncated<5%', 0, false],
    ['truncated!=3', 0, false],
    ['truncated!=6', 0, true],
    ['truncated!=1', 2, true],
    ['truncated>=2', 2, true],
    ['truncated==2', 2, false],
    ['truncated>1%', 2, true],
  ])('%s of %d and 5 unknown: %s', (expr, count, passed) => {
    const outcome = judge(expr, { counts: { truncated: count }, unknowns })
    expect(outcome.passed).toBe(passed)
    expect(outcome.reason).toBe(passed ? undefined : `up to ${count + 5}: 5 unidentified may belong to it`)
  })

  test.each([
    ['loss==100%', false],
    ['loss>50%', false],
    ['loss>=5%', false],
    ['loss>=4%', true],
    ['loss<=100', true],
    ['loss!=95', false],
  ])('%s of 100 of which 96 may be replies: %s', (expr, passed) => {
    const loss = { most: 0, fewer: 96, what: '96 unidentified may be replies' }
    const outcome = judge(expr, { counts: { loss: 100, replies: 1 }, bases: { loss: 100 }, unknowns: { loss } })
    expect(outcome.passed).toBe(passed)
    expect(outcome.reason).toBe(outcome.passed ? undefined : 'as few as 4: 96 unidentified may be replies')
  })

  test('a count that fails by itself needs no reason', () => {
    expect(judge('truncated==0', { counts: { truncated: 1 }, unknowns })).toEqual({
      expr: 'truncated==0',
      actual: 1,
      passed: false,
    })
  })

  test('it passes if and only if every possible count passes', () => {
    const operators = fc.constantFrom('<', '<=', '>', '>=', '==', '!=')
    fc.assert(
      fc.property(fc.nat(6), fc.nat(4), fc.nat(12), operators, (count, most, limit, operator) => {
        const expr = `truncated${operator}${limit}`
        const each = Array.from({ length: most + 1 }, (_, more) => {
          return judge(expr, { counts: { truncated: count + more } }).passed
        })
        const run = { counts: { truncated: count }, unknowns: { truncated: { most, what: 'some' } } }
        expect(judge(expr, run).passed).toBe(!each.includes(false))
      }),
    )
  })
})

describe('a delay without a reply is infinite', () => {
  test('and fails every comparison', () => {
    for (const operator of ['<', '<=', '>', '>=', '!=']) {
      const run = { durations: { 'rtt.p99': Infinity }, samples: 1 }
      expect(judge(`rtt.p99${operator}200ms`, run)).toEqual({
        expr: `rtt.p99${operator}200ms`,
        passed: false,
        reason: 'p99 falls among the 99 of 100 probes without a delay (RFC 7679: infinite)',
      })
    }
  })

  test('a figure with losses gives their number', () => {
    const run = { durations: { 'rtt.p50': 1e6, 'rtt.mean': 1e6, 'rtt.min': 1e6 }, samples: 90 }
    expect(judge('rtt.p50<2ms', run)).toMatchObject({
      passed: true,
      reason: '10 of 100 probes without a delay count as infinite',
    })
    expect(judge('rtt.mean<2ms', run)).toMatchObject({
      passed: true,
      reason: '10 of 100 probes without a delay are left out',
    })
    expect(judge('rtt.min<2ms', run).reason).toBeUndefined()
  })
})

describe('a run without a reply', () => {
  const silent = {
    counts: { replies: 0, intact: 0, loss: 10, refused: 0, truncated: 0, lostUnknown: 10 },
    bases: { loss: 10 },
  }
  const judgeAll = (...exprs: string[]) => evaluateAll(exprs.map(parseExpectation), measured(silent))

  test.each(['refused==0', 'truncated==0', 'intact>=0', 'loss!=5', 'lostUnknown<=10', 'loss>=0'])(
    'does not pass %s',
    expr => {
      expect(judgeAll(expr)).toEqual([
        { expr, passed: false, reason: expect.stringMatching(/^no reply came/u) as string },
      ])
    },
  )

  test.each(['replies==0', 'loss==10', 'loss>5', 'intact<1', 'lostUnknown>=10', 'replies!=10'])('passes %s', expr => {
    expect(judgeAll(expr)[0]?.passed).toBe(true)
  })

  test('with an expectation of no reply is judged by its facts', () => {
    expect(judgeAll('replies==0', 'refused==0').map(({ passed }) => passed)).toEqual([true, true])
    expect(judgeAll('loss==10', 'refused==0').map(({ passed }) => passed)).toEqual([true, true])
    // The expectation describes a lossy path, not one without replies.
    expect(judgeAll('loss>5', 'refused==0').map(({ passed }) => passed)).toEqual([true, false])
    expect(judgeAll('replies==1', 'refused==0').map(({ passed }) => passed)).toEqual([false, false])
  })
})
