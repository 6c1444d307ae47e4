import { expect, test } from 'vitest'
import { ClockHistory } from '../../../../src/ledger/one-way/clock-history.ts'
import { divideTime, type DividedTime } from '../../../../src/ledger/one-way/clock-segments.ts'
import { slotsOf, steady, travel, world, type World } from './synthetic.ts'

const LAN: World = {
  ...world(1),
  span: 10e9,
  count: 200,
  forward: 100_000,
  back: 100_000,
  forwardQueue: 20_000,
  backQueue: 20_000,
  offset: 1e6,
  skew: 10e-6,
}

/** Ten seconds from `from` on, by a clock with this offset. */
function part(from: number, step = 0): DividedTime {
  const truth = steady(LAN)
  const offset = (at: number): number => truth(at + from) + step
  const trips = travel(LAN, offset).map(trip => ({ ...trip, sent: trip.sent + from, arrived: trip.arrived + from }))
  return divideTime(slotsOf(trips))
}

test('parts of a steady clock: offset in the middle, the mean rate, no change', () => {
  const history = new ClockHistory()
  for (const from of [0, 10e9, 20e9]) history.add(part(from))
  expect(history.changeCount).toBe(0)
  expect(Math.abs((history.offset ?? NaN) - (1e6 + 15e9 * 10e-6))).toBeLessThanOrEqual(history.error)
  expect(history.skew?.lowest).toBeLessThanOrEqual(10e-6)
  expect(history.skew?.highest).toBeGreaterThanOrEqual(10e-6)
  expect(history.skew?.value).toBeCloseTo(10e-6, 5)
  expect(history.queueError).toBeGreaterThan(0)
})

test('a clock that is set exactly between two parts', () => {
  const history = new ClockHistory()
  history.add(part(0))
  history.add(part(10e9, 5e6))
  expect(history.changes).toHaveLength(1)
  const [change] = history.changes
  expect(change?.kind).toBe('step')
  expect(change?.at).toBe(10e9)
  expect(Math.abs((change?.size ?? NaN) - 5e6)).toBeLessThan(200_000)
})

test('without parts nothing is known', () => {
  const history = new ClockHistory()
  expect([history.offset, history.skew]).toEqual([undefined, undefined])
})

test('years of parts: memory is bounded, and the middle is still found', () => {
  const history = new ClockHistory()
  const one = part(0)
  for (let n = 0; n < 5000; n++) {
    const segments = one.segments.map(segment => {
      const { from, to } = segment.line
      return { ...segment, line: { ...segment.line, from: from + n * 600e9, to: to + n * 600e9 } }
    })
    history.add({ segments, breaks: [{ from: 0, to: 0, size: 1 }] })
  }
  expect(history.changes).toHaveLength(100)
  expect(history.changeCount).toBeGreaterThanOrEqual(5000)
  expect(history.offset).toBeDefined()
})
