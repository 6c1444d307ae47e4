import { expect, test } from 'vitest'
import { greatest, least } from '../../../src/base/extremes.ts'

test('of a million values, of some, of none', () => {
  const many = Array.from({ length: 1_000_000 }, (_, index) => index)
  expect([least(many), greatest(many)]).toEqual([0, 999_999])
  expect([least([3, -1, 2]), greatest([3, -1, 2])]).toEqual([-1, 3])
  expect([least([]), greatest([])]).toEqual([Infinity, -Infinity])
})
