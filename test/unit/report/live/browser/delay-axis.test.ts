import fc from 'fast-check'
import { expect, test } from 'vitest'
import { delayRange, delayTicks } from '../../../../../src/report/live/browser/delay-axis.ts'

test('examples', () => {
  expect(delayTicks(0.09, 12)).toEqual([0.1, 0.2, 0.5, 1, 2, 5, 10].map(tick => expect.closeTo(tick, 9) as number))
  expect(delayTicks(11, 19)).toEqual([12, 14, 16, 18].map(tick => expect.closeTo(tick, 9) as number))
  expect(delayRange(null, null)).toEqual([0.1, 10])
})

test('every delay is inside the axis, which has at least two ticks and at most forty', () => {
  const delay = fc.double({ min: 0.001, max: 100_000, noNaN: true })
  fc.assert(
    fc.property(delay, delay, (one, other) => {
      const [from, to] = delayRange(Math.min(one, other), Math.max(one, other))
      expect(from).toBeGreaterThan(0)
      expect(from).toBeLessThan(Math.min(one, other))
      expect(to).toBeGreaterThan(Math.max(one, other))
      const ticks = delayTicks(from, to)
      expect(ticks.length).toBeGreaterThanOrEqual(2)
      expect(ticks.length).toBeLessThan(40)
      for (const tick of ticks) expect(tick >= from * 0.999 && tick <= to * 1.001).toBe(true)
      expect([...new Set(ticks)].toSorted((a, b) => a - b)).toEqual(ticks)
    }),
  )
})
