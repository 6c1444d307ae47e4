import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LogHistogram } from '../../../src/ledger/histogram.ts'
import { OneWayDelay } from '../../../src/ledger/one-way-delay.ts'
import { Samples } from '../../../src/ledger/samples.ts'

interface Trip {
  readonly forward: number
  readonly dwell: number
  readonly back: number
}

/** One probe a millisecond; the server's clock is `offset` ahead of ours. */
function travel(trips: readonly Trip[], offset: number, make: () => Samples | LogHistogram = () => new Samples()) {
  const delay = new OneWayDelay(make(), make())
  for (const [n, { forward, dwell, back }] of trips.entries()) {
    const sent = n * 1e6
    delay.push(sent, sent + forward + offset, dwell, sent + forward + dwell + back)
  }
  return delay
}

describe('OneWayDelay', () => {
  test('the four time stamps of one exchange (RFC 5905): T1 100, T2 1150, T3 1160, T4 170', () => {
    const delay = new OneWayDelay(new Samples(), new Samples())
    delay.push(100, 1150, 10, 170)
    const result = delay.result()
    expect(result?.offset).toBe((1150 - 100 + (1160 - 170)) / 2)
    expect(result?.errorBar).toBe(30)
    expect(result?.forward).toMatchObject({ count: 1, min: 30, p50: 30 })
    expect(result?.return).toMatchObject({ count: 1, min: 30, p50: 30 })
  })

  test('the offset comes from the smallest round trip, for samples before and after it', () => {
    const trips = [
      { forward: 5000, dwell: 40, back: 100 },
      { forward: 100, dwell: 900, back: 100 },
      { forward: 150, dwell: 40, back: 4000 },
    ]
    const result = travel(trips, -123_456_789).result()
    expect(result).toMatchObject({ offset: -123_456_789, errorBar: 100 })
    expect(result?.forward).toMatchObject({ count: 3, min: 100, p50: 150, max: 5000 })
    expect(result?.return).toMatchObject({ count: 3, min: 100, p50: 100, max: 4000, mean: 1400 })
  })

  test('a server that kept a probe longer than it was away tells nothing', () => {
    const delay = new OneWayDelay(new Samples(), new Samples())
    delay.push(100, 1150, 80, 170)
    expect(delay.result()).toBeUndefined()
    delay.push(200, 1250, 10, 270)
    expect(delay.result()?.forward.count).toBe(1)
  })

  test('nothing pushed: undefined', () => {
    expect(new OneWayDelay(new Samples(), new Samples()).result()).toBeUndefined()
  })

  test('a result on the way changes nothing', () => {
    const early = travel([{ forward: 900, dwell: 0, back: 100 }], 5e9)
    expect(early.result()).toMatchObject({ offset: 5e9 + 400, errorBar: 500 })
    early.push(0, 5e9 + 100, 0, 200)
    expect(early.result()).toMatchObject({ offset: 5e9, errorBar: 100, forward: { min: 100, max: 900 } })
  })

  test('property: off by no more than the error bar, and by the same in every sample', () => {
    const duration = fc.integer({ min: 0, max: 5_000_000 })
    const trip = fc.record({ forward: duration, dwell: duration, back: duration })
    fc.assert(
      fc.property(
        fc.array(trip, { minLength: 1, maxLength: 400 }),
        fc.integer({ min: -1e15, max: 1e15 }),
        (trips, offset) => {
          const result = travel(trips, offset).result()
          if (result === undefined) throw new Error('no result')
          const error = result.offset - offset
          expect(Math.abs(error)).toBeLessThanOrEqual(result.errorBar)
          expect(result.forward.min).toBeCloseTo(Math.min(...trips.map(t => t.forward)) - error, 3)
          expect(result.return.max).toBeCloseTo(Math.max(...trips.map(t => t.back)) + error, 3)
        },
      ),
      { numRuns: 50 },
    )
  })

  test('a histogram sees delays, not the offset between the clocks', () => {
    const trips = Array.from({ length: 2000 }, (_, n) => ({
      forward: 1_000_000 + ((n * 7919) % 500_000),
      dwell: 50,
      back: 1_000_000 + ((n * 104_729) % 500_000),
    }))
    const exact = travel(trips, 1e15).result()
    const bounded = travel(trips, 1e15, () => new LogHistogram()).result()
    expect(bounded?.offset).toBe(exact?.offset)
    for (const key of ['p50', 'p90', 'p99'] as const) {
      const x = exact?.forward[key] ?? NaN
      expect(Math.abs((bounded?.forward[key] ?? NaN) - x)).toBeLessThan(x / 128)
    }
  })
})
