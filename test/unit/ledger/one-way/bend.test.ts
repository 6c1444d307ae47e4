import { describe, expect, test } from 'vitest'
import { placeBend } from '../../../../src/ledger/one-way/bend-place.ts'
import { findBend } from '../../../../src/ledger/one-way/bend.ts'
import { BoundSlots } from '../../../../src/ledger/one-way/bound-slots.ts'
import { divideTime } from '../../../../src/ledger/one-way/clock-segments.ts'
import { fitLine } from '../../../../src/ledger/one-way/offset-line.ts'
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

test('twenty exchanges show a step that is far above their variation', () => {
  const slots = slotsOf(
    travel({ ...LAN, count: 20, forwardQueue: 1000, backQueue: 1000 }, at => (at > 12e9 ? 120_000 : 0)),
  )
  const line = fitLine(slots)
  expect(line && findBend(slots, line)?.isLikely).toBe(true)
})

describe('a step of 0.6 round trips, which the bounds alone do not show', () => {
  const { slots, line } = segmentOf(at => STEADY(at) + (at > 12e9 ? 120_000 : 0))

  test('is a bend', () => {
    expect(findBend(slots, line)?.isLikely).toBe(true)
  })

  test('is located to a tenth of the run, and its size to a third', () => {
    const { at, size } = placeBend(slots)
    expect(Math.abs(at - 12e9)).toBeLessThan(2e9)
    expect(Math.abs(size - 120_000)).toBeLessThan(40_000)
  })
})

describe('a path that delays each direction by 0 or by 20 µs, at random, and a steady clock', () => {
  function falseAlarms(count: number): number {
    let alarms = 0
    for (let run = 1; run <= 1000; run++) {
      const { random } = world(run)
      const queue = (): number => (random() < 0.5 ? 0 : 20_000)
      const exchanges = new BoundSlots(0)
      for (let number = 0; number < count; number++) {
        const [sent, forward, back] = [number * 10e6, 30_000 + queue(), 30_000 + queue()]
        exchanges.push(sent, sent + forward + back, forward, -back)
      }
      const slots = exchanges.list()
      const line = fitLine(slots)
      if (line !== undefined && findBend(slots, line)?.isLikely === true) alarms++
    }
    return alarms
  }

  test.each([5, 10, 20, 50, 100])('%d exchanges: at most 2 of 1000 runs seem to have one', count => {
    expect(falseAlarms(count)).toBeLessThanOrEqual(2)
  })
})
