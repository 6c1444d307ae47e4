import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { shareEstimate, wilson95 } from '../../../src/ledger/wilson.ts'

describe('wilson95', () => {
  test('published values', () => {
    // Newcombe 1998, Table I, method 3 (score, without continuity correction).
    const table = [
      { losses: 81, total: 263, low: 0.2553, high: 0.3662 },
      { losses: 15, total: 148, low: 0.0624, high: 0.1605 },
      { losses: 0, total: 20, low: 0, high: 0.1611 },
      { losses: 1, total: 29, low: 0.0061, high: 0.1718 },
    ]
    for (const { losses, total, low, high } of table) {
      const interval = wilson95(losses, total)
      expect(interval?.[0]).toBeCloseTo(low, 4)
      expect(interval?.[1]).toBeCloseTo(high, 4)
    }
  })

  test('without losses the interval begins at exactly 0, with only losses it ends at exactly 1', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e9 }), total => {
        expect(wilson95(0, total)?.[0]).toBe(0)
        expect(wilson95(total, total)?.[1]).toBe(1)
      }),
    )
  })

  test('an empty sample has none', () => {
    expect(wilson95(0, 0)).toBeUndefined()
  })

  test('property: within 0 to 1, around the ratio', () => {
    const counts = fc
      .integer({ min: 1, max: 2 ** 40 })
      .chain(total => fc.tuple(fc.integer({ min: 0, max: total }), fc.constant(total)))
    fc.assert(
      fc.property(counts, ([losses, total]) => {
        const [low, high] = wilson95(losses, total) ?? [NaN, NaN]
        expect(low).toBeGreaterThanOrEqual(0)
        expect(low).toBeLessThanOrEqual(losses / total)
        expect(high).toBeGreaterThanOrEqual(losses / total)
        expect(high).toBeLessThanOrEqual(1)
      }),
    )
  })
})

describe('shareEstimate', () => {
  test('a share with its Wilson interval', () => {
    // Newcombe 1998, Table I.
    const estimate = shareEstimate(81, 263)
    expect(estimate?.value).toBe(81 / 263)
    expect(estimate?.low).toBeCloseTo(0.2553, 4)
    expect(estimate?.high).toBeCloseTo(0.3662, 4)
  })

  test('clustering: the share stays, the interval is that of correspondingly fewer samples', () => {
    expect(shareEstimate(30, 1000, 10)).toEqual({
      value: 0.03,
      low: wilson95(3, 100)?.[0],
      high: wilson95(3, 100)?.[1],
    })
  })

  test('an empty sample has none', () => {
    expect(shareEstimate(0, 0)).toBeUndefined()
  })
})
