import { expect, test } from 'vitest'
import { anyClockError, exchangeError, quickestExchanges } from '../../../../src/ledger/one-way/any-clock-error.ts'
import { BoundSlots } from '../../../../src/ledger/one-way/bound-slots.ts'
import { fitLine } from '../../../../src/ledger/one-way/offset-line.ts'

/** One exchange every 10 ms with these round trips, half in each direction, between equal clocks. */
function slotsOf(trips: readonly number[]): ReturnType<BoundSlots['list']> {
  const slots = new BoundSlots(0)
  trips.forEach((trip, number) => slots.push(number * 1e7, number * 1e7 + trip, trip / 2, -trip / 2))
  return slots.list()
}

test('the quickest exchange of each 100 ms counts', () => {
  const trips = Array.from({ length: 25 }, (_, n) => (n % 10 === 3 ? 1000 : 9000))
  const slots = slotsOf(trips)
  expect(quickestExchanges(slots).map(({ sent }) => sent)).toEqual([3e7, 13e7, 23e7])
  const line = fitLine(slots)
  if (line === undefined) throw new Error('no line')
  expect(anyClockError(slots, line)).toBeCloseTo(500, 6)
})

test('an exchange bounds the error by its own bounds, on either side', () => {
  const line = fitLine(slotsOf([1000]))
  if (line === undefined) throw new Error('no line')
  expect(exchangeError({ sent: 0, arrived: 10, upper: 40, lower: -90 }, line)).toBeCloseTo(90, 6)
  expect(exchangeError({ sent: 0, arrived: 10, upper: 140, lower: -90 }, line)).toBeCloseTo(140, 6)
})
