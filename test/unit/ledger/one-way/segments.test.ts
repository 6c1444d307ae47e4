import fc from 'fast-check'
import { expect, test } from 'vitest'
import { splitFeasible } from '../../../../src/ledger/one-way/segments.ts'

/** Slots are feasible together if their values differ by at most 2; a negative value is not feasible by itself. */
function alike(values: readonly number[]): (from: number, to: number) => boolean {
  return (from, to) => {
    const part = values.slice(from, to)
    return part.every(value => value >= 0) && Math.max(...part) - Math.min(...part) <= 2
  }
}

function split(values: readonly number[]): readonly (readonly [number, number])[] {
  return splitFeasible(values.length, alike(values)).map(({ from, to }) => [from, to] as const)
}

test.each([
  ['all alike', [1, 1, 2, 3], [[0, 4]]],
  ['nothing', [], []],
  [
    'a step',
    [1, 1, 9, 9],
    [
      [0, 2],
      [2, 4],
    ],
  ],
  [
    'a step that may be in one slot or another',
    [1, 2, 3, 4, 5],
    [
      [0, 2],
      [3, 5],
    ],
  ],
  ['a slot with contradictory bounds', [-1, 1, 1, -1], [[1, 3]]],
  ['only contradictory bounds', [-1, -1], []],
])('%s', (_, values, segments) => {
  expect(split(values)).toEqual(segments)
})

test('each segment is feasible, they are in order, and a true segment that is long enough keeps its slots', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -1, max: 12 }), { maxLength: 60 }), values => {
      const feasible = alike(values)
      let end = 0
      for (const { from, to } of splitFeasible(values.length, feasible)) {
        expect(from).toBeGreaterThanOrEqual(end)
        expect(feasible(from, to)).toBe(true)
        end = to
      }
    }),
  )
})
