import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { percentileRank } from '../../../src/ledger/percentile.ts'

/** RFC 7679: the delay of a lost packet is infinite, so it ranks last. */
function percentile(p: number, ...delays: (number | undefined)[]): number | undefined {
  const sorted = delays.map(delay => delay ?? Infinity).sort((a, b) => a - b)
  const value = sorted[percentileRank(p, sorted.length) - 1]
  return value === Infinity ? undefined : value
}

describe('percentileRank (RFC 2330 section 11.3)', () => {
  test('RFC 2330: -2 7 7 4 18 -5', () => {
    expect(percentile(0.25, -2, 7, 7, 4, 18, -5)).toBe(-2)
    expect(percentile(0.5, -2, 7, 7, 4, 18, -5)).toBe(4)
    expect(percentile(1, -2, 7, 7, 4, 18, -5)).toBe(18)
  })

  test('RFC 7679: 100 110 undefined 90 500', () => {
    expect(percentile(0.5, 100, 110, undefined, 90, 500)).toBe(110)
    expect(percentile(0.95, 100, 110, undefined, 90, 500)).toBeUndefined()
  })

  test('RFC 7679: 100 110 undefined 90 has F(103) = 50 %, and the median is not interpolated', () => {
    expect(percentile(0.5, 100, 110, undefined, 90)).toBe(100)
    expect(percentile(0.51, 100, 110, undefined, 90)).toBe(110)
    expect(percentile(0, 100, 110, undefined, 90)).toBe(90)
  })

  test('a rounded product does not change the rank', () => {
    expect(0.07 * 100).toBeGreaterThan(7)
    expect(percentileRank(0.07, 100)).toBe(7)
    expect(percentileRank(0.99, 100)).toBe(99)
    expect(percentileRank(0.999, 1000)).toBe(999)
    expect(percentileRank(0.95, 20)).toBe(19)
  })

  test('property: the smallest rank whose share reaches p', () => {
    const ratio = fc.oneof(
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.integer({ min: 0, max: 1000 }).map(n => n / 1000),
    )
    fc.assert(
      fc.property(ratio, fc.integer({ min: 1, max: 3000 }), (p, count) => {
        const rank = percentileRank(p, count)
        let naive = 1
        while (naive / count < p) naive++
        expect(rank).toBe(naive)
      }),
      { numRuns: 300 },
    )
  })
})
