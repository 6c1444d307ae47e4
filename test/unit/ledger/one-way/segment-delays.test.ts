import { expect, test } from 'vitest'
import { divideTime } from '../../../../src/ledger/one-way/clock-segments.ts'
import { ExchangeSample } from '../../../../src/ledger/one-way/exchange-sample.ts'
import { DELAY, settleDelays } from '../../../../src/ledger/one-way/segment-delays.ts'
import { slotsOf, steady, travel, world, type World } from './synthetic.ts'

const EMPTY: World = {
  ...world(1),
  span: 10e9,
  count: 200,
  forward: 100_000,
  back: 100_000,
  forwardQueue: 0,
  backQueue: 0,
}

function sampleOf(trips: ReturnType<typeof travel>): ExchangeSample {
  const sample = new ExchangeSample(1000)
  for (const { sent, arrived, upper, lower } of trips) sample.push(sent, arrived, upper, lower)
  return sample
}

test('delays of both directions, and above the minimum of the segment', () => {
  const trips = travel({ ...EMPTY, forwardQueue: 50_000, skew: 100e-6 }, steady({ ...EMPTY, skew: 100e-6 }))
  const sample = sampleOf(trips)
  const [least] = settleDelays(sample, divideTime(slotsOf(trips)).segments)
  const forward = sample.sorted(DELAY.forward)
  const errors = sample.sorted(DELAY.error)
  const truth = trips.map(({ sent, reached }) => reached - sent).toSorted((a, b) => a - b)
  forward.forEach((delay, rank) => expect(Math.abs(delay - (truth[rank] ?? 0))).toBeLessThan((errors.at(-1) ?? 0) + 20))
  expect(least?.forward).toBe(forward[0])
  expect(sample.sorted(DELAY.queueForward)[0]).toBe(0)
  expect(sample.sorted(DELAY.queueReturn)[0]).toBe(0)
})

test('between segments only the sum is known: those exchanges are omitted, and no delay is negative', () => {
  const truth = steady(EMPTY)
  const trips = travel(EMPTY, at => truth(at) + (at > 5e9 ? 50e6 : 0))
  // One slot with contradictory bounds: the clock was set back and forth within a millisecond.
  const odd = { ...trips[100], sent: 5e9 + 1, arrived: 5e9 + 200_001, upper: -9e8, lower: -9.1e8 }
  const sample = new ExchangeSample(1000)
  const all = [...trips, odd].map(trip => ({ ...trips[0], ...trip })) as typeof trips
  for (const { sent, arrived, upper, lower } of all) sample.push(sent, arrived, upper, lower)
  const { segments } = divideTime(slotsOf(all))
  expect(segments).toHaveLength(2)
  settleDelays(sample, segments)
  const forward = sample.sorted(DELAY.forward)
  expect(forward.length).toBeLessThanOrEqual(200)
  expect(forward.length).toBeGreaterThan(197)
  expect(forward[0]).toBeGreaterThanOrEqual(0)
  expect(forward.at(-1)).toBeLessThan(200_000)
})
