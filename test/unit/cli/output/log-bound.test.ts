import { expect, test } from 'vitest'
import { LogBound } from '../../../../src/cli/output/log-bound.ts'

test('a burst of lines of one message is written, then one a second, with the number of those left out', () => {
  const bound = new LogBound()
  const burst = Array.from({ length: 25 }, () => bound.take('refused', 1000))
  expect(burst).toEqual([...Array.from({ length: 20 }, () => 0), ...Array.from({ length: 5 }, () => undefined)])
  expect(bound.take('refused', 1999)).toBeUndefined()
  expect(bound.take('refused', 2000)).toBe(6)
  expect(bound.take('refused', 2000)).toBeUndefined()
  // After a long time there is a burst again, and no more than that.
  expect(bound.take('refused', 1_000_000)).toBe(1)
  const again = Array.from({ length: 30 }, () => bound.take('refused', 1_000_000))
  expect(again.filter(one => one !== undefined)).toHaveLength(19)
})

test('messages have bounds of their own', () => {
  const bound = new LogBound()
  for (let n = 0; n < 100; n++) bound.take('refused', 0)
  expect(bound.take('reloaded', 0)).toBe(0)
})
