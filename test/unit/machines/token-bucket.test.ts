import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MILLISECOND, SECOND } from '../../../src/base/nanos.ts'
import { TokenBucket } from '../../../src/machines/token-bucket.ts'

function takenAt(bucket: TokenBucket, now: number, tries: number): number {
  return Array.from({ length: tries }, () => bucket.take(now)).filter(Boolean).length
}

test('at once a tenth of a second’s worth, then the rate', () => {
  const bucket = new TokenBucket(100, 0)
  expect(takenAt(bucket, 0, 50)).toBe(10)
  expect(takenAt(bucket, 9 * MILLISECOND, 5)).toBe(0)
  expect(takenAt(bucket, 11 * MILLISECOND, 5)).toBe(1)
  expect(takenAt(bucket, SECOND * 100, 50)).toBe(10)
})

test('a rate below ten a second still lets one through', () => {
  const bucket = new TokenBucket(0.5, 0)
  expect(takenAt(bucket, 0, 3)).toBe(1)
  expect(takenAt(bucket, 1.9 * SECOND, 3)).toBe(0)
  expect(takenAt(bucket, 2 * SECOND, 3)).toBe(1)
})

test('never more than the rate and the depth together', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1000 }), fc.array(fc.nat(20), { minLength: 1 }), (rate, pauses) => {
      const bucket = new TokenBucket(rate, 0)
      let now = 0
      let taken = 0
      for (const pause of pauses) {
        now += pause * MILLISECOND
        taken += takenAt(bucket, now, 3)
      }
      expect(taken).toBeLessThanOrEqual((rate * now) / SECOND + Math.max(1, rate / 10) + 1e-6)
    }),
  )
})
