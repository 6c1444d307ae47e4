import { expect, test } from 'vitest'
import { listed } from '../../../src/base/listed.ts'

test('names the first ones, and how many more there are', () => {
  expect(listed(['a'], 2)).toBe('a')
  expect(listed(['a', 'b'], 2)).toBe('a, b')
  expect(listed(['a', 'b', 'c', 'd'], 2)).toBe('a, b and 2 more')
  expect(
    listed(
      Array.from({ length: 12_001 }, (_, n) => n),
      1,
    ),
  ).toBe('0 and 12,000 more')
})
