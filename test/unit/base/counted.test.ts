import { expect, test } from 'vitest'
import { counted, formatCount } from '../../../src/base/counted.ts'

test.each([
  [0, '0'],
  [9999, '9999'],
  [10_000, '10,000'],
  [123_456, '123,456'],
  [1_000_000, '1,000,000'],
])('%i', (count, text) => {
  expect(formatCount(count)).toBe(text)
})

test('counted', () => {
  expect(counted(1, 'probe')).toBe('1 probe')
  expect(counted(0, 'probe')).toBe('0 probes')
  expect(counted(2, 'reply', 'replies')).toBe('2 replies')
})
