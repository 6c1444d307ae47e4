import { expect, test } from 'vitest'
import { formatShare } from '../../../../src/report/text/share.ts'

test.each([
  [10, 10, '100%'],
  [0, 10, '0%'],
  [1, 3, '33%'],
  [1, 100, '1%'],
  [964, 1000, '96.4%'],
  [1000, 1000, '100%'],
  [0, 1000, '0%'],
  [12, 10_000, '0.12%'],
  [1, 1_000_000, '<0.01%'],
  [999_999, 1_000_000, '>99.99%'],
  [0, 0, ''],
])('%i of %i', (count, total, text) => {
  expect(formatShare(count, total)).toBe(text)
})
