import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DistinctSequences } from '../../../../src/machines/irtt-server/distinct-sequences.ts'

function countOf(sequences: readonly number[]): number {
  const distinct = new DistinctSequences()
  for (const sequence of sequences) distinct.add(sequence)
  return distinct.count
}

test('duplicates count once, late ones too', () => {
  expect(countOf([0, 1, 1, 0, 3, 2, 3, 2])).toBe(4)
})

test('over the end of 32 bits', () => {
  expect(countOf([0xffff_fffe, 0xffff_ffff, 0, 1, 0xffff_fffe, 0])).toBe(4)
})

test('the same place in the next round is another number', () => {
  expect(countOf([5, 5 + 1024, 5 + 2048, 5 + 2048])).toBe(3)
  expect(countOf([0, 1, 2, 1025, 1026])).toBe(5)
})

test('a number of long ago counts as received before', () => {
  expect(countOf([5, 5 + 1024, 5, 6])).toBe(3)
  expect(countOf([5, 5 + 1023, 5])).toBe(2)
})

test('as many as a set of them, if none is late by 1024', () => {
  const steps = fc.array(fc.integer({ min: -40, max: 60 }), { maxLength: 300 })
  fc.assert(
    fc.property(fc.nat({ max: 0xffff_ffff }), steps, (start, moves) => {
      const sequences = [start, ...moves.map(step => (start + step) >>> 0)]
      expect(countOf(sequences)).toBe(new Set(sequences).size)
    }),
  )
})
