import fc from 'fast-check'
import { expect, test } from 'vitest'
import { scaledDifference, type Estimate } from '../../../src/ledger/estimate.ts'
import { shareEstimate } from '../../../src/ledger/wilson.ts'

function share(count: number, total: number): Estimate {
  const estimate = shareEstimate(count, total)
  if (estimate === undefined) throw new Error('an empty sample')
  return estimate
}

/** Newcombe 1998, "Interval estimation for the difference between independent proportions", Table II, method 10. */
test.each([
  [56, 70, 48, 80, 0.0524, 0.3339],
  [9, 10, 3, 10, 0.1705, 0.809],
  [6, 7, 2, 7, 0.0582, 0.8062],
  [5, 56, 0, 29, -0.0381, 0.1926],
  [0, 10, 0, 20, -0.1611, 0.2775],
  [0, 10, 0, 10, -0.2775, 0.2775],
  [10, 10, 0, 20, 0.6791, 1],
  [10, 10, 0, 10, 0.6075, 1],
])('%i/%i − %i/%i as published', (count, total, other, of, low, high) => {
  const difference = scaledDifference(share(other, of), share(count, total), 1)
  expect(difference.value).toBeCloseTo(count / total - other / of, 12)
  expect(difference.low).toBeCloseTo(low, 4)
  expect(difference.high).toBeCloseTo(high, 4)
})

test('a factor scales the first part and its interval', () => {
  const a = { value: 10, low: 7, high: 14 }
  const b = { value: 30, low: 27, high: 35 }
  // 30 − 2 × 10, down by √(3² + (2 × 4)²), up by √(5² + (2 × 3)²).
  expect(scaledDifference(a, b, 2)).toEqual({ value: 10, low: 10 - Math.sqrt(73), high: 10 + Math.sqrt(61) })
})

test('if the first part has no upper bound, the difference has no lower one', () => {
  const difference = scaledDifference({ value: 1, low: 0, high: Infinity }, { value: 9, low: 8, high: 10 }, 1.2)
  expect(difference.low).toBe(-Infinity)
  expect(Number.isFinite(difference.high)).toBe(true)
})

test('property: the value is inside, and the mirrored difference has the mirrored bounds', () => {
  const estimate = fc
    .tuple(fc.double({ min: 0, max: 1e6, noNaN: true }), fc.double({ min: 0, max: 1e3, noNaN: true }))
    .map(([value, margin]) => ({ value, low: value - margin, high: value + 2 * margin }))
  fc.assert(
    fc.property(estimate, estimate, (a, b) => {
      const there = scaledDifference(a, b, 1)
      const back = scaledDifference(b, a, 1)
      expect(there.low).toBeLessThanOrEqual(there.value)
      expect(there.high).toBeGreaterThanOrEqual(there.value)
      expect(back.low).toBeCloseTo(-there.high, 6)
      expect(back.high).toBeCloseTo(-there.low, 6)
    }),
  )
})
