import { expect, test } from 'vitest'
import { ReorderingExtent } from '../../../src/ledger/reordering-extent.ts'

test('finds the earliest larger sequence, and reports if an earlier one may be evicted', () => {
  const extent = new ReorderingExtent(64)
  for (let n = 0; n < 100; n++) extent.push(n * 2, n, n * 1000)
  // 64 records are left: positions 36 to 99, sequences 72 to 198.
  expect(extent.overtaker(197)).toEqual({ position: 99, arrived: 99_000, earliest: true })
  expect(extent.overtaker(101)).toEqual({ position: 51, arrived: 51_000, earliest: true })
  expect(extent.overtaker(71)).toEqual({ position: 36, arrived: 36_000, earliest: true })
  expect(extent.overtaker(69)).toEqual({ position: 36, arrived: 36_000, earliest: false })
})
