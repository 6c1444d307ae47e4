import { expect, test } from 'vitest'
import { BoundSlots } from '../../../../src/ledger/one-way/bound-slots.ts'
import { divideTime } from '../../../../src/ledger/one-way/clock-segments.ts'

/** One exchange every 10 ms with a round trip of 1 ms, half in each direction, by a clock with these offsets. */
function divide(offsets: readonly number[]): ReturnType<typeof divideTime> {
  const slots = new BoundSlots(0)
  offsets.forEach((offset, number) => slots.push(number * 1e7, number * 1e7 + 1e6, offset + 500_000, offset - 500_000))
  return divideTime(slots.list())
}

test('a steady clock: one segment', () => {
  const { segments, breaks } = divide(Array.from({ length: 50 }, () => 7))
  expect(segments).toHaveLength(1)
  expect(breaks).toEqual([])
})

test('two steps: three segments, and each step between its slots with its size', () => {
  const { segments, breaks } = divide(Array.from({ length: 90 }, (_, n) => (n < 30 ? 0 : n < 60 ? 5e7 : 2e7)))
  expect(segments.map(({ slots }) => slots.length)).toEqual([30, 30, 30])
  expect(breaks.map(({ from, to }) => [from, to])).toEqual([
    [29e7, 30e7 + 1e6],
    [59e7, 60e7 + 1e6],
  ])
  expect(breaks.map(({ size }) => Math.round(size))).toEqual([5e7, -3e7])
})

test('a slot with contradictory bounds is in no segment; at the edge of the run the size is unknown', () => {
  const slots = new BoundSlots(0)
  slots.push(0, 1000, 0, -1000)
  slots.push(2000, 3000, 9e6, 8.9e6)
  for (let n = 1; n <= 20; n++) slots.push(n * 1e7, n * 1e7 + 1000, 9e6, 8.9e6)
  const { segments, breaks } = divideTime(slots.list())
  expect(segments.map(segment => segment.slots.length)).toEqual([20])
  expect(breaks).toEqual([{ from: 0, to: 1e7 + 1e6, size: NaN }])
})
