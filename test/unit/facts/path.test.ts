import { expect, test } from 'vitest'
import { MILLISECOND, SECOND } from '../../../src/base/nanos.ts'
import { firstSlotsOf, slotsOfEpoch } from '../../../src/facts/path.ts'

test('an epoch has the slots of ten seconds, or one', () => {
  const intervals = [MILLISECOND, 100 * MILLISECOND, SECOND, 3 * SECOND, 10 * SECOND, 60 * SECOND]
  expect(intervals.map(interval => slotsOfEpoch({ interval }))).toEqual([10_000, 100, 10, 3, 1, 1])
})

test('the first epochs of many paths end at different times', () => {
  const ends = Array.from({ length: 1000 }, (_, path) => firstSlotsOf(path, SECOND))
  for (let slots = 1; slots <= 10; slots++) {
    const share = ends.filter(end => end === slots).length
    expect(share).toBeGreaterThan(95)
    expect(share).toBeLessThan(105)
  }
  expect(new Set(ends).size).toBe(10)
})

test('the first epoch of the first path, and those of one slot, are as long as the others', () => {
  expect(firstSlotsOf(0, SECOND)).toBe(10)
  expect([0, 1, 2, 3].map(path => firstSlotsOf(path, 10 * SECOND))).toEqual([1, 1, 1, 1])
})
