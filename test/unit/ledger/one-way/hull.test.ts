import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hullAt, tightHull, touchedVertex, type Bound, type Side } from '../../../../src/ledger/one-way/hull.ts'

const bound = fc.record({ at: fc.integer({ min: 0, max: 1e9 }), offset: fc.integer({ min: -1e6, max: 1e6 }) })
const bounds = fc.array(bound, { minLength: 1, maxLength: 40 })
const side = fc.constantFrom<Side>(1, -1)

/** By definition, over all bounds and all slopes. */
function tightest(given: readonly Bound[], slope: number, of: Side): number {
  return Math.min(...given.map(({ at, offset }) => of * (offset - slope * at)))
}

test('a vertex is where a line of some slope first touches the bounds', () => {
  fc.assert(
    fc.property(bounds, side, fc.double({ min: -0.1, max: 0.1, noNaN: true }), (given, of, slope) => {
      const hull = tightHull([...given], of)
      const vertex = hull[touchedVertex(hull, slope, of)]
      if (vertex === undefined) throw new Error('no vertex')
      expect(of * (vertex.offset - slope * vertex.at)).toBeCloseTo(tightest(given, slope, of), 3)
    }),
  )
})

test('all bounds are on or beyond the hull, and its vertices are bounds in time order', () => {
  fc.assert(
    fc.property(bounds, side, (given, of) => {
      const hull = tightHull([...given], of)
      for (const { at, offset } of given) expect(of * (offset - hullAt(hull, at))).toBeGreaterThanOrEqual(-1e-3)
      expect(given).toEqual(expect.arrayContaining([...hull]))
      hull.forEach(({ at }, number) => expect(at).toBeGreaterThan(hull[number - 1]?.at ?? -1))
    }),
  )
})

test('a triangle, from both sides; between vertices the hull is straight', () => {
  const given = [
    { at: 0, offset: 10 },
    { at: 10, offset: 0 },
    { at: 20, offset: 10 },
  ]
  expect(tightHull([...given].reverse(), 1)).toEqual(given)
  expect(tightHull([...given], -1)).toEqual([given[0], given[2]])
  expect(hullAt(given, 5)).toBe(5)
})
