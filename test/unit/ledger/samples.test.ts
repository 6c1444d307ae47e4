import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Samples } from '../../../src/ledger/samples.ts'

function fill(values: Iterable<number>): Samples {
  const samples = new Samples()
  for (const value of values) samples.push(value)
  return samples
}

describe('Samples', () => {
  test('RFC 2330: -2 7 7 4 18 -5', () => {
    const six = fill([-2, 7, 7, 4, 18, -5])
    expect([six.percentile(0.25), six.percentile(0.5), six.percentile(1)]).toEqual([-2, 4, 18])
  })

  test('nothing pushed: undefined', () => {
    expect(new Samples().result()).toBeUndefined()
    expect(new Samples().percentile(0.5)).toBeUndefined()
    expect(new Samples().count).toBe(0)
  })

  test('a single sample is every percentile and has no deviation', () => {
    expect(fill([42]).result()).toEqual({
      count: 1,
      min: 42,
      mean: 42,
      p50: 42,
      p90: 42,
      p95: 42,
      p99: 42,
      p999: 42,
      max: 42,
      stddev: undefined,
    })
  })

  test('1 to 1000, backwards', () => {
    expect(fill(Array.from({ length: 1000 }, (_, n) => 1000 - n)).result()).toMatchObject({
      count: 1000,
      min: 1,
      mean: 500.5,
      p50: 500,
      p90: 900,
      p95: 950,
      p99: 990,
      p999: 999,
      max: 1000,
    })
  })

  test('accepts samples after a result', () => {
    const growing = fill([30, 10])
    expect(growing.percentile(0.5)).toBe(10)
    growing.push(20)
    expect(growing.percentile(0.5)).toBe(20)
    growing.push(5)
    expect(growing.result()).toMatchObject({ count: 4, min: 5, p50: 10, max: 30 })
  })

  test('property: the smallest sample that the share p of the samples does not exceed', () => {
    const ratio = fc.constantFrom(0, 0.01, 0.07, 0.25, 0.5, 0.9, 0.95, 0.99, 0.999, 1)
    const delays = fc.array(fc.oneof(fc.integer({ min: -5, max: 20 }), fc.maxSafeNat()), {
      minLength: 1,
      maxLength: 300,
    })
    fc.assert(
      fc.property(delays, ratio, (values, p) => {
        const share = (x: number): number => values.filter(value => value <= x).length / values.length
        const naive = Math.min(...values.filter(x => share(x) >= p))
        expect(fill(values).percentile(p)).toBe(naive)
      }),
    )
  })

  test('property: the summary is ordered, the deviation that of two passes', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1e10 }), { minLength: 2, maxLength: 100 }), values => {
        const s = fill(values).result()
        if (s === undefined) throw new Error('no summary')
        const order = [s.min, s.p50, s.p90, s.p95, s.p99, s.p999, s.max]
        expect(order).toEqual(order.toSorted((a, b) => a - b))
        expect(s.mean).toBeGreaterThanOrEqual(s.min)
        expect(s.mean).toBeLessThanOrEqual(s.max)
        const mean = values.reduce((sum, x) => sum + x, 0) / values.length
        const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (values.length - 1)
        // Each deviation from the mean is exact to the rounding of the values themselves, not of the deviation (Welford 1962).
        const rounding = 100 * Number.EPSILON * Math.max(...values)
        const tolerance = 1e-9 * Math.sqrt(variance) + rounding
        expect(Math.abs((s.stddev ?? NaN) - Math.sqrt(variance))).toBeLessThanOrEqual(tolerance)
      }),
    )
  })
})
