import { expect, test } from 'vitest'
import { createFateCounts } from '../../../src/ledger/fate.ts'
import { GroupFold } from '../../../src/ledger/group-fold.ts'
import { Samples } from '../../../src/ledger/samples.ts'

test('a new group has counted nothing', () => {
  const group = new GroupFold(new Samples())
  expect(group.fates).toEqual(createFateCounts())
  expect(group.cuts).toEqual([])
  expect(group.patterns).toEqual([])
})

test('cuts are counted by length and side, the most frequent first, then the shortest', () => {
  const group = new GroupFold(new Samples())
  group.cut(200, 'reply')
  group.cut(1024, 'request')
  group.cut(1024, 'request')
  group.cut(100, 'reply')
  group.cut(1024, 'reply')
  expect(group.cuts).toEqual([
    { length: 1024, side: 'request', count: 2 },
    { length: 100, side: 'reply', count: 1 },
    { length: 200, side: 'reply', count: 1 },
    { length: 1024, side: 'reply', count: 1 },
  ])
})
