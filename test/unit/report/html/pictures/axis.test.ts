import fc from 'fast-check'
import { expect, test } from 'vitest'
import { delayAxis, linearAxis, logAxis, tickText } from '../../../../../src/report/html/pictures/axis.ts'

test('ticks are round numbers inside the axis', () => {
  expect(linearAxis(0, 9.7, 5).ticks).toEqual([0, 2, 4, 6, 8])
  expect(linearAxis(0, 100, 4).ticks).toEqual([0, 50, 100])
  const { from, to, ticks } = logAxis(0.13, 21)
  expect([from, to]).toEqual([0.1, 50])
  expect(ticks).toEqual([0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50])
  expect(logAxis(0.001, 100).ticks).toEqual([0.001, 0.01, 0.1, 1, 10, 100])
})

test('a wide range of delays is logarithmic, a narrow one begins at 0', () => {
  expect(delayAxis(1, 20).logarithmic).toBe(true)
  expect(delayAxis(1, 2)).toMatchObject({ logarithmic: false, from: 0 })
  expect(delayAxis(0, 0)).toMatchObject({ logarithmic: false, from: 0, to: 1 })
})

test('places ascend from 0 to 1 for any range', () => {
  const positive = fc.double({ min: 1e-6, max: 1e6, noNaN: true })
  fc.assert(
    fc.property(positive, positive, positive, (a, b, value) => {
      for (const axis of [linearAxis(Math.min(a, b), Math.max(a, b), 5), logAxis(Math.min(a, b), Math.max(a, b))]) {
        expect(axis.place(axis.from)).toBe(0)
        expect(axis.place(axis.to)).toBeCloseTo(1, 9)
        expect(axis.place(value)).toBeGreaterThanOrEqual(0)
        expect(axis.place(value)).toBeLessThanOrEqual(1)
        expect(axis.place(value * 2)).toBeGreaterThanOrEqual(axis.place(value))
      }
    }),
  )
})

test('the number of a tick has no trailing zeros', () => {
  expect([0, 0.2, 1, 1500, 2000, 20].map(tickText)).toEqual(['0 s', '200 µs', '1 ms', '1.5 s', '2 s', '20 ms'])
})
