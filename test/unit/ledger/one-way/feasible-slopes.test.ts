import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { feasibleSlopes, nearest, STEEPEST } from '../../../../src/ledger/one-way/feasible-slopes.ts'
import { tightHull, type Bound } from '../../../../src/ledger/one-way/hull.ts'

function slopesOf(upper: readonly Bound[], lower: readonly Bound[]): ReturnType<typeof feasibleSlopes> {
  return feasibleSlopes(tightHull([...upper], 1), tightHull([...lower], -1))
}

/** The room of a slope by definition, over all bounds. */
function roomOf(upper: readonly Bound[], lower: readonly Bound[], slope: number): number {
  return (
    Math.min(...upper.map(({ at, offset }) => offset - slope * at)) -
    Math.max(...lower.map(({ at, offset }) => offset - slope * at))
  )
}

const time = fc.integer({ min: 0, max: 10_000 })
const upperBounds = fc.array(fc.record({ at: time, offset: fc.integer({ min: -20, max: 300 }) }), {
  minLength: 1,
  maxLength: 12,
})
const lowerBounds = fc.array(fc.record({ at: time, offset: fc.integer({ min: -300, max: 20 }) }), {
  minLength: 1,
  maxLength: 12,
})

describe('compared with every slope', () => {
  test('the interval has the feasible slopes, and the widest has the most room', () => {
    fc.assert(
      fc.property(upperBounds, lowerBounds, (upper, lower) => {
        const found = slopesOf(upper, lower)
        for (let step = -200; step <= 200; step++) {
          const slope = (step / 200) * STEEPEST
          const room = roomOf(upper, lower, slope)
          if (found === undefined) expect(room).toBeLessThan(0)
          else {
            expect(room).toBeLessThanOrEqual(found.room + 1e-6)
            if (slope > found.lowest && slope < found.highest) expect(room).toBeGreaterThan(-1)
            if (slope < found.lowest - 1e-9 || slope > found.highest + 1e-9) expect(room).toBeLessThan(1e-6)
          }
        }
        if (found !== undefined) expect(roomOf(upper, lower, found.widest)).toBeCloseTo(found.room, 4)
      }),
    )
  })
})

test('two exchanges: the tangents cross between them', () => {
  const at = (offset: number): Bound[] => [0, 2000].map(moment => ({ at: moment, offset }))
  const found = slopesOf(at(100), at(0))
  expect(found).toMatchObject({ lowest: -0.05, highest: 0.05, bounded: true, room: 100 })
  expect(found?.widest).toBeCloseTo(0, 12)
})

test('nothing after the first upper bound: not bounded', () => {
  const found = slopesOf([{ at: 0, offset: 10 }], [{ at: 5, offset: 0 }])
  expect(found).toMatchObject({ lowest: -STEEPEST, highest: STEEPEST, bounded: false })
})

test('bounds that cross: no line', () => {
  expect(slopesOf([{ at: 0, offset: 0 }], [{ at: 0, offset: 5 }])).toBeUndefined()
})

test('the nearest value in an interval', () => {
  expect([nearest(0, 1, 2), nearest(1.5, 1, 2), nearest(3, 1, 2)]).toEqual([1, 1.5, 2])
})
