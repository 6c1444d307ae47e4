import { expect, test } from 'vitest'
import { fitLine, offsetAt } from '../../../../src/ledger/one-way/offset-line.ts'
import { hullsOf } from '../../../../src/ledger/one-way/slot-hulls.ts'
import { slotsOf, steady, travel, world, type World } from './synthetic.ts'

const EMPTY: World = {
  ...world(1),
  forward: 100_000,
  back: 100_000,
  forwardQueue: 0,
  backQueue: 0,
  offset: 5e9,
  skew: 20e-6,
}

function lineOf(given: Partial<World>): NonNullable<ReturnType<typeof fitLine>> {
  const all = { ...EMPTY, ...given }
  const line = fitLine(slotsOf(travel(all, steady(all))))
  if (line === undefined) throw new Error('no line')
  return line
}

test('an empty symmetric path: the line is exact', () => {
  const line = lineOf({ span: 60e9, count: 100 })
  expect(line.isRateKnown).toBe(true)
  expect(line.slope).toBeCloseTo(20e-6, 9)
  expect(offsetAt(line, 30e9)).toBeCloseTo(5e9 + 30e9 * 20e-6, -1)
})

test('fewer than 8 slots, or less than 2 s: the slope is the feasible one nearest to 0', () => {
  // 20 ppm over 60 s is 1.2 ms, more than a round trip: no line of slope 0 fits.
  const few = lineOf({ span: 60e9, count: 7 })
  expect(few.isRateKnown).toBe(false)
  expect(few.slope).toBe(few.slopes.lowest)
  expect(few.slope).toBeGreaterThan(0)
  const short = lineOf({ span: 1.9e9, count: 100 })
  expect(short.isRateKnown).toBe(false)
  expect(short.slope).toBe(0)
})

test('an exchange bounds the offset twice, at its send time and at its arrival', () => {
  const slots = slotsOf(travel({ ...EMPTY, count: 1 }, steady(EMPTY)))
  const [exchange] = slots.map(slot => slot.quickest)
  const { upper, lower } = hullsOf(slots)
  expect(upper).toEqual([{ at: exchange?.sent, offset: exchange?.upper }])
  expect(lower).toEqual([{ at: exchange?.arrived, offset: exchange?.lower }])
})
