import { expect, test } from 'vitest'
import { PeerCounts } from '../../../src/machines/peer-counts.ts'

function countsOf(counts: PeerCounts, number: number): number[] {
  return [counts.received(number), counts.replied(number), counts.traffic(number), counts.damaged(number)]
}

test('receipts requests are no traffic, and traffic other than intact probes is damaged', () => {
  const counts = new PeerCounts(2)
  counts.addReceived(1, 10)
  counts.addReplied(1, 7)
  for (let n = 0; n < 3; n++) counts.addProbe(1)
  counts.addReceiptsRequest(1)
  expect(countsOf(counts, 1)).toEqual([10, 7, 9, 6])
  expect(countsOf(counts, 0)).toEqual([0, 0, 0, 0])
})

test('a reused number starts at zero, and no other changes', () => {
  const counts = new PeerCounts(3)
  for (const number of [0, 1, 2]) counts.addReceived(number, number + 1)
  counts.clear(1)
  expect([0, 1, 2].map(number => counts.received(number))).toEqual([1, 0, 3])
})

test('counts exceed 32 bits', () => {
  const counts = new PeerCounts(1)
  counts.addReceived(0, 2 ** 40)
  counts.addReceived(0, 1)
  expect(counts.received(0)).toBe(2 ** 40 + 1)
})
