import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseDuration } from '../../../../src/base/duration.ts'
import { MICROSECOND, MILLISECOND, SECOND } from '../../../../src/base/nanos.ts'
import { fitRun, timeBudget } from '../../../../src/jobs/exporter/probe-time.ts'
import { planProbes, RUN_KINDS } from '../../../../src/jobs/run-kind.ts'

describe('the time of a run', () => {
  test.each([
    ['without a scrape timeout', undefined, 0.5, 120],
    ['less the offset', 10, 0.5, 9.5],
    ['with an offset of nothing', 10, 0, 10],
    ['at least half of the scrape timeout', 0.6, 0.5, 0.3],
    ['with an offset above it', 1, 5, 0.5],
    ['at most a day', 1e9, 0, 86_400],
  ])('%s', (_, scrape, offset, budget) => {
    expect(timeBudget(scrape, offset * SECOND) / SECOND).toBeCloseTo(budget, 9)
  })
})

const nanos = (text: unknown): number => parseDuration(String(text), 'option')

describe('a run of send', () => {
  test('that has enough time keeps what it wants', () => {
    const { options, wanted, isCut, closeAfter } = fitRun('send', { count: '20', interval: '50ms' }, 9.5 * SECOND)
    expect(options).toMatchObject({ count: '20', interval: '50ms', timeout: '1000000us' })
    expect(nanos(options['duration'])).toBeGreaterThan(SECOND)
    expect([wanted, isCut, closeAfter]).toEqual([20, false, 8.5 * SECOND])
  })

  test('of a module that groups use has the default count', () => {
    expect(fitRun('send', { interval: '1s', timeout: '1s' }, 60 * SECOND)).toMatchObject({
      wanted: 10,
      options: { count: '10' },
    })
  })

  test('with several clients wants the count of each', () => {
    expect(fitRun('send', { clients: '16' }, 60 * SECOND).wanted).toBe(160)
  })

  test('with a duration has no count', () => {
    const long = fitRun('send', { duration: '1h' }, 10 * SECOND)
    expect(long.options).not.toHaveProperty('count')
    expect([long.wanted, long.isCut]).toEqual([undefined, true])
    expect(fitRun('send', { duration: '1s' }, 10 * SECOND)).toMatchObject({
      isCut: false,
      options: { duration: '1000000us' },
    })
    const both = fitRun('send', { duration: '1h', count: '5' }, 10 * SECOND)
    expect([both.wanted, both.isCut]).toEqual([5, false])
  })

  test('that floods does so for the default duration', () => {
    const { options, isCut } = fitRun('send', { flood: true }, 20 * SECOND)
    expect([options['duration'], options['count'], isCut]).toEqual(['5000000us', undefined, false])
    expect(fitRun('send', { flood: true, count: '100' }, 20 * SECOND).wanted).toBe(100)
  })

  test('has a shorter timeout only if that takes most of the time', () => {
    expect(fitRun('send', { timeout: '3s' }, 5 * SECOND)).toMatchObject({
      isCut: false,
      options: { timeout: '3000000us' },
    })
    expect(fitRun('send', { timeout: '5s' }, 5 * SECOND)).toMatchObject({
      isCut: true,
      options: { timeout: '3187500us' },
    })
  })

  test('waits for a server no longer than half of its time', () => {
    const { options } = fitRun('send', { waitFor: '1h', timeout: '1s' }, 10 * SECOND)
    expect(nanos(options['waitFor'])).toBeLessThan(5 * SECOND)
    expect(fitRun('send', {}, 10 * SECOND).options).not.toHaveProperty('waitFor')
  })
})

const ms = (max: number): fc.Arbitrary<string> => fc.integer({ min: 1, max }).map(each => `${each}ms`)

test('any run fits into its time, and can be planned', () => {
  const module = fc.record(
    {
      count: fc.integer({ min: 1, max: 1000 }).map(String),
      duration: ms(200_000),
      interval: ms(5000),
      timeout: ms(200_000),
      waitFor: ms(200_000),
      clients: fc.integer({ min: 1, max: 4 }).map(String),
    },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(module, fc.integer({ min: 1, max: 120_000 }), (raw, left) => {
      const { options, closeAfter, wanted, isCut } = fitRun('send', raw, left * MILLISECOND)
      const { probe, waitFor } = planProbes({ ...options, to: '127.0.0.1:9000' })
      const { duration = Infinity, timeout, count, clients } = probe
      // Each of the three is at least a microsecond.
      expect(waitFor + duration + timeout).toBeLessThanOrEqual(closeAfter + 3 * MICROSECOND)
      expect(closeAfter).toBeLessThan(left * MILLISECOND)
      expect(wanted).toBe(count === undefined ? undefined : count * clients)
      if (!isCut) expect(timeout).toBe(parseDuration(raw.timeout ?? '1s', 'timeout'))
    }),
  )
})

test('a search is interrupted while its last probes have their timeout left', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('mtu' as const, 'sweep' as const),
      ms(20_000),
      fc.integer({ min: 1, max: 120_000 }),
      (run, timeout, left) => {
        const { options, stopAfter, closeAfter, wanted } = fitRun(run, { timeout }, left * MILLISECOND)
        expect(stopAfter).toBeGreaterThan(0)
        expect(stopAfter + nanos(options['timeout'])).toBeLessThanOrEqual(closeAfter + MICROSECOND)
        expect([wanted, options['duration'], options['count']]).toEqual([undefined, undefined, undefined])
        expect(RUN_KINDS.get(run)?.plan({ ...options, to: '127.0.0.1:9000', engine: 'dgram' }).expect).toEqual([])
      },
    ),
  )
})
