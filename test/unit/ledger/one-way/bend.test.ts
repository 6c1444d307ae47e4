import { describe, expect, test } from 'vitest'
import { placeBend } from '../../../../src/ledger/one-way/bend-place.ts'
import { findBend } from '../../../../src/ledger/one-way/bend.ts'
import { divideTime } from '../../../../src/ledger/one-way/clock-segments.ts'
import { slotsOf, steady, travel, world, type ClockOffset, type World } from './synthetic.ts'

const LAN: World = {
  ...world(1),
  span: 20e9,
  count: 400,
  forward: 100_000,
  back: 100_000,
  forwardQueue: 20_000,
  backQueue: 20_000,
}
const STEADY = steady(LAN)

/** The only segment of a run, with its slots. */
function segmentOf(truth: ClockOffset): ReturnType<typeof divideTime>['segments'][number] {
  const { segments, breaks } = divideTime(slotsOf(travel(LAN, truth)))
  expect(breaks).toEqual([])
  const [segment] = segments
  if (segment === undefined) throw new Error('no segment')
  return segment
}

test('a constant rate has no bend', () => {
  const { slots, line } = segmentOf(STEADY)
  expect(findBend(slots, line)).toBeUndefined()
})

describe('a step of 0.6 round trips, which the bounds alone do not show', () => {
  const { slots, line } = segmentOf(at => STEADY(at) + (at > 12e9 ? 120_000 : 0))

  test('is a bend', () => {
    expect(findBend(slots, line)).toBeGreaterThanOrEqual(0)
  })

  test('is located to a tenth of the run, and its size to a third', () => {
    const { at, size } = placeBend(slots)
    expect(Math.abs(at - 12e9)).toBeLessThan(2e9)
    expect(Math.abs(size - 120_000)).toBeLessThan(40_000)
  })
})
