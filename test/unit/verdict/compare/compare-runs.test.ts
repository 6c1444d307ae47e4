import { describe, expect, test } from 'vitest'
import { seeded } from '../../../../src/base/random.ts'
import { compareRuns, withBaseline } from '../../../../src/verdict/compare/compare-runs.ts'
import { TOLERANCE, type ComparedMetric, type Diff } from '../../../../src/verdict/compare/diff.ts'
import type { ComparedRun } from '../../../../src/verdict/compare/run-figures.ts'
import { around, losing, runWith, withoutConfidence } from '../compared.ts'

function diff(a: ComparedRun, b: ComparedRun, tolerance = TOLERANCE): Diff {
  return compareRuns(a, b, tolerance)
}

function metricOf({ metrics }: Diff, name: ComparedMetric['metric']): ComparedMetric | undefined {
  return metrics.find(({ metric }) => metric === name)
}

/** The outcome of each metric, without unchanged ones. */
function outcomes({ metrics }: Diff): Record<string, string> {
  return Object.fromEntries(
    metrics
      .filter(({ outcome }) => outcome !== 'alike')
      .map(({ metric, outcome, reason }) => [metric, reason === undefined ? outcome : `${outcome}: ${reason}`]),
  )
}

const before = runWith(around(2, 500))

describe('a run and itself', () => {
  test('every metric is unchanged, and the verdict passes', () => {
    const same = diff(before, before)
    expect(same.metrics.map(({ metric }) => metric)).toEqual([
      'loss',
      'truncated',
      'corrupt',
      'duplicates',
      'rtt.p50',
      'rtt.p90',
      'rtt.p99',
      'jitter',
    ])
    expect(outcomes(same)).toEqual({})
    expect(same).toMatchObject({ schema: 'udptool/diff/1', verdict: 'pass', differences: [], tolerance: TOLERANCE })
  })

  test('each names the run that it was made from', () => {
    const same = diff({ ...before, file: 'a.journal' }, withoutConfidence(before))
    expect(same.a).toEqual({
      file: 'a.journal',
      from: 'samples',
      startedAt: '2026-01-01T00:00:00.000Z',
      target: '127.0.0.1:9000',
      engine: 'kernel',
      scheduled: 500,
    })
    expect(same.b.from).toBe('figures')
    expect(same.b.file).toBeUndefined()
  })
})

describe('delays', () => {
  test('2 to 5 ms with 500 samples is significant, in both directions', () => {
    const after = runWith(around(5, 500))
    expect(outcomes(diff(before, after))).toEqual({
      'rtt.p50': 'worse',
      'rtt.p90': 'worse',
      'rtt.p99': 'worse',
      jitter: 'worse',
    })
    expect(diff(before, after).verdict).toBe('fail')
    const back = diff(after, before)
    expect(back.verdict).toBe('pass')
    expect(Object.values(outcomes(back))).toEqual(['better', 'better', 'better', 'better'])
  })

  test('so is it from the figures of two saved Results: even the fastest is slower', () => {
    const after = runWith(around(5, 500))
    const told = outcomes(diff(withoutConfidence(before), withoutConfidence(after)))
    expect(told).toMatchObject({ 'rtt.p50': 'worse', 'rtt.p90': 'worse', 'rtt.p99': 'worse' })
  })

  test('15 % are within a tolerance of 20 %, and not within 10 %', () => {
    const after = runWith(around(2.3, 500))
    expect(outcomes(diff(before, after))).toEqual({})
    expect(outcomes(diff(before, after, { ratio: 0.1, loss: 0.01 }))).toMatchObject({ 'rtt.p50': 'worse' })
  })

  test('with ten samples p99 is not significant', () => {
    const [few, after] = [runWith(around(2, 10)), runWith(around(5, 10))]
    expect(outcomes(diff(few, after))['rtt.p99']).toBe('cannotTell: fewSamples')
    expect(metricOf(diff(few, after), 'rtt.p99')?.a?.high).toBeUndefined()
  })

  test('lateness of our own timers is a doubt, unless every round trip was slow', () => {
    const pacing = { lateP50Ms: 1, lateP99Ms: 4, lateMaxMs: 9, missed: 0, senderLimited: false }
    const after = around(5, 500)
    // One of a hundred probes is as fast as before.
    const lucky = after.map((delay, index) => (index % 100 === 50 ? 2 : delay))
    expect(outcomes(diff(before, runWith(lucky, { pacing })))['rtt.p50']).toBe('cannotTell: ownHost')
    expect(outcomes(diff(before, runWith(after, { pacing })))['rtt.p50']).toBe('worse')
    // The lateness of the faster run made nothing slower.
    expect(outcomes(diff(runWith(around(2, 500), { pacing }), runWith(lucky)))['rtt.p50']).toBe('worse')
  })

  test('a window of several probes fills its own queue', () => {
    const { pacing: _, ...result } = runWith(around(5, 500)).result
    const queued = { result: { ...result, options: { window: 1024 } } }
    expect(outcomes(diff(before, queued))['rtt.p50']).toBe('cannotTell: ownQueue')
    const single = { result: { ...result, options: { window: 1 } } }
    expect(outcomes(diff(before, single))['rtt.p50']).toBe('worse')
  })

  test('a slow part of the run does not prove a slower median', () => {
    const half = [...around(2, 240), ...around(4, 260)]
    expect(outcomes(diff(before, runWith(half)))['rtt.p50']).toBe('cannotTell: fewSamples')
  })
})

describe('loss', () => {
  test('5 % of 500 against none is significant', () => {
    const after = diff(before, runWith(losing(around(2, 500), 20)))
    expect(metricOf(after, 'loss')).toMatchObject({
      unit: 'ratio',
      a: { value: 0, samples: 500 },
      b: { value: 0.05, samples: 500 },
      allowed: 0.01,
      outcome: 'worse',
    })
    expect(after.verdict).toBe('fail')
  })

  test('2 of 100 look like more than a percentage point, and are not significant', () => {
    const few = runWith(around(2, 100))
    expect(outcomes(diff(few, runWith(losing(around(2, 100), 50))))['loss']).toBe('cannotTell: fewSamples')
  })

  test('one percentage point is allowed, or a given tolerance', () => {
    const one = runWith(losing(around(2, 5000), 100))
    const many = runWith(around(2, 5000))
    expect(outcomes(diff(many, one))['loss']).toBeUndefined()
    const four = runWith(losing(around(2, 5000), 25))
    expect(outcomes(diff(many, four))['loss']).toBe('worse')
    expect(outcomes(diff(many, four, { ratio: 0.2, loss: 0.05 }))['loss']).toBeUndefined()
  })

  test('thirty consecutive losses are one event, thirty separate ones are not', () => {
    const stretch = around(2, 1000).map((delay, index) => (index >= 500 && index < 530 ? NaN : delay))
    const quiet = runWith(around(2, 1000))
    expect(outcomes(diff(quiet, runWith(stretch)))['loss']).toBe('cannotTell: fewSamples')
    expect(outcomes(diff(quiet, runWith(losing(around(2, 1000), 33))))['loss']).toBe('worse')
  })

  test('an outage of half the run is detected, in any form', () => {
    const outage = around(2, 1000).map((delay, index) => (index >= 500 ? NaN : delay))
    expect(outcomes(diff(runWith(around(2, 1000)), runWith(outage)))['loss']).toBe('worse')
  })

  test('no replies: loss is worse, the delays are missing', () => {
    const silence = diff(before, runWith(around(2, 500).map(() => NaN)))
    expect(outcomes(silence)).toEqual({
      loss: 'worse',
      duplicates: 'cannotTell: missing',
      'rtt.p50': 'cannotTell: missing',
      'rtt.p90': 'cannotTell: missing',
      'rtt.p99': 'cannotTell: missing',
      jitter: 'cannotTell: missing',
    })
    expect(metricOf(silence, 'rtt.p50')?.text).toBe('p50 cannot be compared: the second run has no samples of it')
  })
})

describe('damage', () => {
  /** The same run, with this many of its whole replies changed. */
  function damaged(fates: Readonly<Record<string, number>>, duplicates = 0): ComparedRun {
    const { ledger } = before.result
    const others = Object.values(fates).reduce((sum, count) => sum + count, 0)
    const changed = { intact: ledger.fates.intact - others, ...fates }
    return { ...before, result: { ...before.result, ledger: { ...ledger, duplicates, fates: changed } } }
  }

  test('of a new kind is significant from six of 500 on', () => {
    expect(outcomes(diff(before, damaged({ truncated: 3 })))).toEqual({ truncated: 'cannotTell: fewSamples' })
    expect(outcomes(diff(before, damaged({ truncated: 6, corrupt: 25 }, 30)))).toEqual({
      truncated: 'worse',
      corrupt: 'worse',
      duplicates: 'worse',
    })
  })

  test('more copies than replies count as a share of one', () => {
    expect(metricOf(diff(before, damaged({}, 1200)), 'duplicates')?.b).toMatchObject({
      value: 1,
      low: expect.any(Number),
    })
  })

  test('less of it is better', () => {
    expect(diff(damaged({ truncated: 50 }), before)).toMatchObject({ verdict: 'pass' })
    expect(outcomes(diff(damaged({ truncated: 50 }), before))).toEqual({ truncated: 'better' })
  })
})

describe('withBaseline', () => {
  test('a worse run fails, and names its baseline', () => {
    const after = runWith(losing(around(2, 500), 20))
    const result = withBaseline(after, { ...before, file: 'before.json' }, TOLERANCE)
    expect(after.result.verdict).toBe('pass')
    expect(result.verdict).toBe('fail')
    expect(result.baseline).toMatchObject({ baseline: { file: 'before.json', scheduled: 500 }, verdict: 'fail' })
    expect(result.baseline?.metrics).toEqual(diff(before, after).metrics)
  })

  test('any other run keeps its verdict, good or bad', () => {
    expect(withBaseline(before, before, TOLERANCE).verdict).toBe('pass')
    const failed = runWith(around(2, 500), { verdict: 'fail' })
    expect(withBaseline(failed, before, TOLERANCE)).toMatchObject({ verdict: 'fail', baseline: { verdict: 'pass' } })
  })
})

describe('lateness of the sender explains a limited number of delays by a limited amount', () => {
  /** Every probe is on time but one in `nth`, which is late by this. */
  const pacing = (nth: number, lateMs: number): NonNullable<ComparedRun['result']['pacing']> => ({
    targetIntervalMs: 10,
    lateP50Ms: 0.1,
    lateP99Ms: nth <= 100 ? lateMs : 0.2,
    lateMaxMs: lateMs,
    lateMeanMs: 0.1 + lateMs / nth,
    missed: lateMs > 10 ? Math.floor(500 / nth) : 0,
    senderLimited: nth <= 100 && lateMs > 10,
  })
  /** One reply in `nth`, irregularly, takes longer by this. */
  const slower = (nth: number, ms: number, probes = 500): number[] => {
    const random = seeded(7)
    return around(2, probes).map(delay => (random.next() < 1 / nth ? delay + ms : delay))
  }
  const p90 = (delays: readonly number[], change: ReturnType<typeof pacing>): string | undefined =>
    outcomes(diff(before, runWith(delays, { pacing: change })))['rtt.p90']

  test.each([
    ['late in 1.2 % of the sends, and 15 % of the replies 500 ms longer', 7, 500, 83, 600, 'worse'],
    ['the same, late by less', 7, 500, 83, 40, 'worse'],
    ['late in 20 % of the sends by as much', 7, 500, 5, 600, 'cannotTell: ownHost'],
    ['late in 20 % of the sends by less', 7, 500, 5, 40, 'worse'],
  ])('%s', (_, nth, ms, lateNth, lateMs, outcome) => {
    expect(p90(slower(nth, ms), pacing(lateNth, lateMs))).toBe(outcome)
  })

  test('old Results have no mean lateness', () => {
    const { lateMeanMs: _, ...old } = pacing(83, 600)
    expect(p90(slower(7, 500), old)).toBe('worse')
    const { lateMeanMs: __, ...busy } = pacing(5, 600)
    expect(p90(slower(7, 500), busy)).toBe('cannotTell: ownHost')
  })

  test('the maximum lateness explains p99', () => {
    const few = slower(50, 30, 2000)
    const of = (change: ReturnType<typeof pacing>): string | undefined =>
      outcomes(diff(runWith(around(2, 2000)), runWith(few, { pacing: change })))['rtt.p99']
    expect(of(pacing(50, 40))).toBe('cannotTell: ownHost')
    expect(of(pacing(50, 5))).toBe('worse')
  })
})
