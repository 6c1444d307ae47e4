import { expect, test } from 'vitest'
import { ReorderingGap } from '../../../src/ledger/reordering-gap.ts'

test('gaps between positions, and a copy that goes its own way', () => {
  const gap = new ReorderingGap()
  expect(gap.result()).toBeUndefined()
  gap.push(4)
  expect(gap.result()).toBeUndefined()
  gap.push(11)
  const copy = gap.copy()
  copy.push(14)
  expect(gap.result()).toEqual({ count: 1, min: 7, mean: 7, max: 7 })
  expect(copy.result()).toEqual({ count: 2, min: 3, mean: 5, max: 7 })
})
