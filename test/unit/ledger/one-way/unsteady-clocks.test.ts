import { expect, test } from 'vitest'
import { exchangeError, quickestExchanges } from '../../../../src/ledger/one-way/any-clock-error.ts'
import { findBend } from '../../../../src/ledger/one-way/bend.ts'
import { divideTime } from '../../../../src/ledger/one-way/clock-segments.ts'
import { errorAt } from '../../../../src/ledger/one-way/error-bar.ts'
import { offsetAt, type OffsetLine } from '../../../../src/ledger/one-way/offset-line.ts'
import { slotsOf, steady, travel, world, type ClockOffset, type Trip, type World } from './synthetic.ts'

const ROUNDING = 2

/** A clock that is set once, by this many round trips of the empty path. */
function stepped(given: World, trips: number): ClockOffset {
  const { random, span, forward, back } = given
  const at = span * (0.1 + 0.8 * random())
  const size = trips * (forward + back) * (random() < 0.5 ? -1 : 1)
  const before = steady(given)
  return moment => before(moment) + (moment > at ? size : 0)
}

/** A clock whose rate oscillates by this many ppm once in the run. */
function wandering(given: World, ppm: number): ClockOffset {
  const before = steady(given)
  const turn = (2 * Math.PI) / given.span
  return moment => before(moment) + ((ppm * 1e-6) / turn) * Math.sin(turn * moment)
}

const CLOCKS: readonly (readonly [string, (given: World) => ClockOffset])[] = [
  ['set by 0.3 round trips', given => stepped(given, 0.3)],
  ['set by 0.5 round trips', given => stepped(given, 0.5)],
  ['set by 1 round trip', given => stepped(given, 1)],
  ['set by 3 round trips', given => stepped(given, 3)],
  ['wandering by 1 ppm', given => wandering(given, 1)],
  ['wandering by 100 ppm', given => wandering(given, 100)],
]

test('4000 unsteady clocks: any-clock errors hold at every kept exchange, and 85 % of the violations of the error bar are detected', () => {
  let broken = 0
  let found = 0
  for (let seed = 1; seed <= 4000; seed++) {
    const given = { ...world(seed), count: 20 + (seed % 80) }
    const make = CLOCKS[seed % CLOCKS.length]?.[1] ?? steady
    const truth = make(given)
    const trips = travel(given, truth)
    const bySending = new Map(trips.map(trip => [trip.sent, trip]))
    const { segments, breaks } = divideTime(slotsOf(trips))
    let isBroken = false
    for (const { slots, line } of segments) {
      for (const exchange of quickestExchanges(slots)) {
        const trip = bySending.get(exchange.sent)
        if (trip === undefined) throw new Error(`seed ${seed}: an exchange that was not`)
        if (farthest(trip, line, truth) > exchangeError(exchange, line) + ROUNDING)
          throw new Error(`seed ${seed}: beyond the any-clock error`)
      }
      const [from, to] = [slots[0]?.begin ?? 0, slots.at(-1)?.end ?? 0]
      const inside = trips.filter(({ sent }) => sent >= from && sent < to)
      isBroken ||= inside.some(trip => {
        const error = Math.max(errorAt(line, trip.sent), errorAt(line, trip.arrived))
        return farthest(trip, line, truth) > error + ROUNDING
      })
    }
    if (!isBroken) continue
    broken += 1
    if (breaks.length > 0 || segments.some(({ slots, line }) => findBend(slots, line) !== undefined)) found += 1
  }
  expect(broken).toBeGreaterThan(800)
  expect(found / broken).toBeGreaterThan(0.85)
})

/** The maximum distance of the line from the true offset while the server had this probe. */
function farthest({ reached, left }: Trip, line: OffsetLine, truth: ClockOffset): number {
  return Math.max(...[reached, left].map(at => Math.abs(offsetAt(line, at) - truth(at))))
}

test('a step of 5 ms where round trips take up to 1 ms is found within one slot, with its size; both sides keep their error', () => {
  for (let seed = 1; seed <= 500; seed++) {
    const given: World = {
      ...world(seed),
      span: 2e9 + 6e10 * ((seed % 10) / 10),
      count: 100,
      forward: 100_000,
      back: 400_000,
      forwardQueue: 50_000,
      backQueue: 50_000,
    }
    const at = given.span * (0.1 + 0.8 * given.random())
    const before = steady(given)
    const truth: ClockOffset = moment => before(moment) + (moment > at ? 5e6 : 0)
    const trips = travel(given, truth)
    const { segments, breaks } = divideTime(slotsOf(trips))
    expect(breaks).toHaveLength(1)
    const [found] = breaks
    if (found === undefined) continue
    // From the start of the last slot before to the end of the first one after: one pause between probes, and the slots.
    const pause = given.span / given.count
    expect(found.from).toBeLessThanOrEqual(at)
    expect(found.to + 1e6).toBeGreaterThanOrEqual(at)
    expect(found.to - found.from).toBeLessThanOrEqual(2 * pause + 66e6)
    expect(Math.abs(found.size - 5e6)).toBeLessThan(1e6)
    for (const { slots, line } of segments) {
      const [from, to] = [slots[0]?.begin ?? 0, slots.at(-1)?.end ?? 0]
      for (const trip of trips.filter(({ sent }) => sent >= from && sent < to)) {
        const error = Math.max(errorAt(line, trip.sent), errorAt(line, trip.arrived))
        expect(farthest(trip, line, truth)).toBeLessThanOrEqual(error + ROUNDING)
      }
    }
  }
})
