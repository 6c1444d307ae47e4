import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LogHistogram } from '../../../src/ledger/histogram.ts'
import { Samples } from '../../../src/ledger/samples.ts'

function fill<T extends { push(x: number): void }>(statistic: T, values: Iterable<number>): T {
  for (const value of values) statistic.push(value)
  return statistic
}

describe('LogHistogram', () => {
  test('nothing pushed: undefined', () => {
    expect(new LogHistogram().result()).toBeUndefined()
    expect(new LogHistogram().percentile(0.5)).toBeUndefined()
  })

  test('exact below 256 ns', () => {
    const values = Array.from({ length: 256 }, (_, n) => n)
    expect(fill(new LogHistogram(), values).result()).toEqual(fill(new Samples(), values).result())
  })

  test('negative delays count as 0, the minimum stays exact', () => {
    const result = fill(new LogHistogram(), [-7, -3, -2, 5, 9]).result()
    expect(result).toMatchObject({ count: 5, min: -7, p50: 0, max: 9, mean: 0.4 })
    expect(fill(new LogHistogram(), [-7, -3, -2]).percentile(0.5)).toBe(-2)
  })

  test('accepts every Nanos, and more', () => {
    const largest = 2 ** 53 - 1
    expect(fill(new LogHistogram(), [1, largest, largest, 2 ** 60]).result()).toMatchObject({
      min: 1,
      max: 2 ** 60,
      p50: 2 ** 53 - 2 ** 45 + (2 ** 45 - 1) / 2,
    })
  })

  test('both edges of every power of two are within the stated error', () => {
    for (let bit = 0; bit < 53; bit++) {
      for (const value of [2 ** bit, 2 ** bit + 1, 2 ** (bit + 1) - 1, Math.floor(1.37 * 2 ** bit)]) {
        // Distant neighbors, so that neither extreme is the result.
        const found = fill(new LogHistogram(), [0, value, 2 ** 53]).percentile(0.5) ?? NaN
        expect(Math.abs(found - value) / value, `${value}`).toBeLessThanOrEqual(1 / 256)
      }
    }
  })

  test('property: exact moments, percentiles within 1/256 of the exact ones', () => {
    const delay = fc.integer({ min: 0, max: 52 }).chain(bit => fc.integer({ min: 0, max: 2 ** bit }))
    fc.assert(
      fc.property(fc.array(delay, { minLength: 1, maxLength: 300 }), values => {
        const exact = fill(new Samples(), values)
        const histogram = fill(new LogHistogram(), values)
        expect(histogram.count).toBe(values.length)
        const { min, max, mean, stddev } = exact.result() ?? {}
        expect(histogram.result()).toMatchObject({ min, max, mean, stddev })
        for (const p of [0, 0.1, 0.5, 0.9, 0.95, 0.99, 0.999, 1]) {
          const x = exact.percentile(p) ?? NaN
          expect(Math.abs((histogram.percentile(p) ?? NaN) - x)).toBeLessThanOrEqual(x / 256)
        }
      }),
    )
  })
})
