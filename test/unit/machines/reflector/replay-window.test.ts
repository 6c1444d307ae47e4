import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ReplayWindow } from '../../../../src/machines/reflector/replay-window.ts'

/** Whether each request, a number and its T1, is accepted. */
function accepted(...requests: readonly (readonly [sequence: number, time: number])[]): boolean[] {
  const window = new ReplayWindow()
  return requests.map(([sequence, time]) => window.accept(sequence, Math.floor(time / 2 ** 32), time % 2 ** 32))
}

test('a request is accepted once', () => {
  expect(accepted([0, 10], [1, 11], [1, 11], [0, 10], [2, 12])).toEqual([true, true, false, false, true])
})

test('a late one is accepted if its number is less than 64 below the highest, once', () => {
  expect(accepted([100, 100], [37, 37], [36, 36], [37, 37], [68, 68], [68, 68])).toEqual([
    true,
    true,
    false,
    false,
    true,
    false,
  ])
})

test('the window moves with the highest number', () => {
  expect(accepted([0, 0], [31, 31], [32, 32], [95, 95], [32, 32], [31, 31], [33, 33], [200, 200], [199, 199])).toEqual([
    true,
    true,
    true,
    true,
    false,
    false,
    true,
    true,
    true,
  ])
})

test('a number follows 2^32 - 1, and is not taken for a replay', () => {
  const last = 2 ** 32 - 1
  expect(accepted([last - 1, 1], [last, 2], [0, 3], [last, 2], [1, 4])).toEqual([true, true, true, false, true])
})

test('a sender that starts again has later times', () => {
  expect(accepted([500, 500], [0, 600], [1, 601], [0, 600], [1, 601], [500, 500])).toEqual([
    true,
    true,
    true,
    false,
    false,
    true,
  ])
})

test('a copy with a T1 of its own is no replay', () => {
  expect(accepted([0, 1], [1, 2], [1, 3], [1, 3], [2, 4])).toEqual([true, true, true, false, true])
})

test('a copy with a later T1 may arrive before its original, and neither is accepted again', () => {
  const expected = [true, true, true, false, false, true, false]
  expect(accepted([0, 1], [1, 3], [1, 2], [1, 3], [1, 2], [2, 4], [1, 2])).toEqual(expected)
  // Also below the highest number by 32 and more.
  expect(accepted([50, 50], [10, 11], [10, 10], [10, 10], [10, 11], [51, 52])).toEqual([
    true,
    true,
    true,
    false,
    false,
    true,
  ])
})

test('the first 32 bits of T1 are compared before the last', () => {
  const second = 2 ** 32
  expect(accepted([9, 2 * second], [8, second + 7], [8, second + 9], [8, second + 8], [8, 3 * second])).toEqual([
    true,
    true,
    true,
    false,
    true,
  ])
})

test('among requests of one run, in any order, each is accepted at most once, and all within 64 of the highest are', () => {
  const run = fc.array(fc.nat(300), { minLength: 1, maxLength: 200 })
  fc.assert(
    fc.property(run, fc.nat(2 ** 32 - 1), (steps, first) => {
      const window = new ReplayWindow()
      const seen = new Set<number>()
      let highest = -1
      for (const step of steps) {
        const isNew = !seen.has(step) && (highest < 0 || step > highest - 64)
        // One time for all, so that only the numbers count.
        expect(window.accept((first + step) >>> 0, 1, 0)).toBe(isNew)
        seen.add(step)
        highest = Math.max(highest, step)
      }
    }),
  )
})
