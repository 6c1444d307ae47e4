import fc from 'fast-check'
import { expect, test } from 'vitest'
import { errorAt, largestError, rangeAt } from '../../../../src/ledger/one-way/error-bar.ts'
import { fitLine, offsetAt } from '../../../../src/ledger/one-way/offset-line.ts'
import { slotsOf, steady, travel, world } from './synthetic.ts'

test('the interval contains every feasible line, and one of them reaches each end', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e6 }), fc.double({ min: -0.5, max: 1.5, noNaN: true }), (seed, place) => {
      const given = world(seed)
      const trips = travel(given, steady(given))
      const line = fitLine(slotsOf(trips))
      if (line === undefined) throw new Error('no line')
      const at = line.from + (line.to - line.from) * place
      const { lowest, highest } = rangeAt(line, at)
      const reached = { lowest: Infinity, highest: -Infinity }
      const { slopes } = line
      for (let step = 0; step <= 400; step++) {
        const slope = slopes.lowest + ((slopes.highest - slopes.lowest) * step) / 400
        // The highest and the lowest line of this slope, by the bounds of all trips.
        const top = Math.min(...trips.map(({ sent, upper }) => upper + slope * (at - sent)))
        const bottom = Math.max(...trips.map(({ arrived, lower }) => lower + slope * (at - arrived)))
        reached.highest = Math.max(reached.highest, top)
        reached.lowest = Math.min(reached.lowest, bottom)
      }
      expect(highest).toBeGreaterThanOrEqual(reached.highest - 2)
      expect(lowest).toBeLessThanOrEqual(reached.lowest + 2)
    }),
    { numRuns: 200 },
  )
})

test('two exchanges: half a round trip at each, more outside, and the largest error is at an end', () => {
  const line = fitLine(
    slotsOf(
      [0, 1e9].map(sent => ({
        sent,
        arrived: sent + 1000,
        upper: 500,
        lower: -500,
        reached: sent + 500,
        left: sent + 500,
        serverArrival: sent + 500,
        dwell: 0,
      })),
    ),
  )
  if (line === undefined) throw new Error('no line')
  expect(offsetAt(line, 5e8)).toBeCloseTo(0, 6)
  expect(errorAt(line, 0)).toBeCloseTo(500, 0)
  expect(errorAt(line, 5e8)).toBeCloseTo(500, 0)
  expect(errorAt(line, -1e9)).toBeCloseTo(1500, 0)
  expect(largestError(line)).toBeCloseTo(500, 0)
})
