import { expect, test } from 'vitest'
import { anyClockError } from '../../../../src/ledger/one-way/any-clock-error.ts'
import { findBend } from '../../../../src/ledger/one-way/bend.ts'
import { divideTime } from '../../../../src/ledger/one-way/clock-segments.ts'
import { errorAt, largestError } from '../../../../src/ledger/one-way/error-bar.ts'
import { offsetAt } from '../../../../src/ledger/one-way/offset-line.ts'
import { slotsOf, steady, travel, world } from './synthetic.ts'

const SEEDS = 10_000
/** Readings are whole ns. */
const ROUNDING = 2

test('10 000 pairs of clocks of constant rate: the offset is within the error at every moment, the rate within its interval', () => {
  let known = 0
  let alarms = 0
  for (let seed = 1; seed <= SEEDS; seed++) {
    const given = world(seed)
    const truth = steady(given)
    const trips = travel(given, truth)
    const { segments, breaks } = divideTime(slotsOf(trips))
    const [segment] = segments
    if (segment === undefined || segments.length > 1 || breaks.length > 0) throw new Error(`seed ${seed}: divided`)
    const { line, slots } = segment
    const most = largestError(line)
    for (let tenth = 0; tenth <= 10; tenth++) {
      const at = line.from + ((line.to - line.from) * tenth) / 10
      const error = Math.abs(offsetAt(line, at) - truth(at))
      if (error > errorAt(line, at) + ROUNDING || errorAt(line, at) > most + ROUNDING)
        throw new Error(`seed ${seed}: ${error} ns at ${at}`)
    }
    if (line.isRateKnown) {
      known += 1
      const { lowest, highest } = line.slopes
      const room = ROUNDING / (line.to - line.from)
      if (given.skew < lowest - room || given.skew > highest + room) throw new Error(`seed ${seed}: rate ${given.skew}`)
    }
    if (findBend(slots, line) !== undefined) alarms += 1
    if (anyClockError(slots, line) < 0) throw new Error(`seed ${seed}: no error can be negative`)
  }
  expect(known).toBeGreaterThan(SEEDS / 2)
  // 1 of 600.
  expect(alarms).toBeLessThan(SEEDS / 600)
})

test('delays that differ by a between the directions: the offset is wrong by a/2, and within the error', () => {
  for (let seed = 1; seed <= 1000; seed++) {
    const given = { ...world(seed), forwardQueue: 0, backQueue: 0, skew: 0 }
    const [segment] = divideTime(slotsOf(travel(given, steady(given)))).segments
    if (segment === undefined) throw new Error(`seed ${seed}: no segment`)
    const { line } = segment
    const middle = (line.from + line.to) / 2
    const error = offsetAt(line, middle) - given.offset
    expect(Math.abs(error - (given.forward - given.back) / 2)).toBeLessThanOrEqual(ROUNDING)
    expect(Math.abs(error)).toBeLessThanOrEqual(errorAt(line, middle) + ROUNDING)
  }
})
