import { describe, expect, test } from 'vitest'
import { seeded } from '../../../src/base/random.ts'
import {
  knownPercentileEstimate,
  knownVariationEstimate,
  meanEstimate,
  percentileEstimate,
} from '../../../src/ledger/delay-estimate.ts'

/** 1 … count in an order without drift: neighbors are independent. */
function mixed(count: number, step: number): Float64Array {
  return Float64Array.from({ length: count }, (_, index) => ((index * step) % count) + 1)
}

describe('percentileEstimate', () => {
  test.each([
    // Ranks n·p ± 1.96 √(n·p·(1 − p)), outward (Conover, Practical Nonparametric Statistics, 3.2).
    [500, 0.5, 250, 228, 272],
    [500, 0.9, 450, 436, 464],
    [100, 0.5, 50, 40, 60],
  ])('of 1 to %i, the percentile %d lies between two of them', (count, p, value, low, high) => {
    expect(percentileEstimate(mixed(count, 237), p)).toEqual({ value, low, high })
  })

  test('a slow wave of half the run: the interval extends beyond all delays by their range', () => {
    const wave = Float64Array.from({ length: 800 }, (_, i) => 1000 + 300 * Math.sin((2 * Math.PI * i) / 400))
    expect(percentileEstimate(wave, 0.5)).toEqual({ value: expect.closeTo(1000, 6), low: 100, high: 1900 })
  })

  test('too few samples give no upper bound of p99, and no lower bound of a median of three', () => {
    expect(percentileEstimate(mixed(200, 37), 0.99)).toMatchObject({ value: 198, high: Infinity })
    expect(percentileEstimate(mixed(3, 1), 0.5)).toEqual({ value: 2, low: 0, high: Infinity })
  })

  test('one stall that makes a tenth of the samples slow is one event', () => {
    const random = seeded(2)
    const calm = Float64Array.from({ length: 400 }, () => 10 + random.next() / 10)
    const stalled = calm.map((delay, index) => (index >= 200 && index < 240 ? 90 - index / 10 : delay))
    expect(percentileEstimate(stalled, 0.99)?.value).toBeGreaterThan(60)
    expect(percentileEstimate(stalled, 0.99)?.low).toBeLessThan(11)
    // The same number spread over the run are forty events.
    const spread = calm.map(delay => (random.next() < 0.1 ? 65 + 25 * random.next() : delay))
    expect(percentileEstimate(spread, 0.99)?.low).toBeGreaterThan(60)
  })

  test('the input is not modified, and an empty one has no percentile', () => {
    const delays = Float64Array.of(3, 1, 2)
    percentileEstimate(delays, 0.5)
    expect([...delays]).toEqual([3, 1, 2])
    expect(percentileEstimate(new Float64Array(), 0.5)).toBeUndefined()
  })

  test.each([0.5, 0.9])('contains the true value about 95 times of 100: seeded exponential delays, p = %d', p => {
    const random = seeded(7)
    const truth = -Math.log(1 - p)
    const runs = 400
    let held = 0
    for (let run = 0; run < runs; run++) {
      const delays = Float64Array.from({ length: 300 }, () => -Math.log(1 - random.next()))
      const { low, high } = percentileEstimate(delays, p) ?? { low: 1, high: 0 }
      if (low <= truth && truth <= high) held += 1
    }
    expect(held / runs).toBeGreaterThan(0.93)
  })

  test('also for delays that stay the same for a while, where independent ranks would miss half', () => {
    const random = seeded(11)
    const runs = 200
    let held = 0
    for (let run = 0; run < runs; run++) {
      // Eight neighbors share their waiting time: AR(1) with 0.9, of a uniform distribution around 0.
      let state = 0
      const delays = Float64Array.from({ length: 1000 }, () => {
        state = 0.9 * state + random.next() - 0.5
        return 10 + state
      })
      const { low, high } = percentileEstimate(delays, 0.5) ?? { low: 1, high: 0 }
      if (low <= 10 && 10 <= high) held += 1
    }
    expect(held / runs).toBeGreaterThan(0.9)
  })
})

describe('knownPercentileEstimate', () => {
  const known = [
    [0, 1],
    [0.5, 5],
    [0.9, 9],
    [0.95, 10],
    [0.99, 20],
    [0.999, 40],
    [1, 50],
  ] as const

  test('bounds move outward to known ones, so they hold for any distribution', () => {
    // p50 of 500: ranks 228 and 272; known below is only the smallest, above the 450th.
    expect(knownPercentileEstimate(known, 500, 0.5, 0)).toEqual({ value: 5, low: 1, high: 9 })
    // p90: ranks 436 and 464; the 250th and the 475th.
    expect(knownPercentileEstimate(known, 500, 0.9, 0)).toEqual({ value: 9, low: 5, high: 10 })
    // p99: ranks 490 and 500; the 475th, and p99.9 of 500 is the largest.
    expect(knownPercentileEstimate(known, 500, 0.99, 0)).toEqual({ value: 20, low: 10, high: 40 })
  })

  test('too few give no upper bound', () => {
    expect(knownPercentileEstimate(known, 200, 0.99, 0)?.high).toBe(Infinity)
    expect(knownPercentileEstimate(known, 3, 0.5, 0)).toEqual({ value: 5, low: 0, high: Infinity })
  })

  test('a long delay at a high rate is one event for many neighbours', () => {
    // 19 ms above the smallest, one probe a millisecond: 500 samples count as 26. p99 goes down to 0.99 − 0.038.
    expect(knownPercentileEstimate(known, 500, 0.99, 1)).toEqual({ value: 20, low: 10, high: Infinity })
    // Ten a millisecond: they count as 2.6, and p99 goes down to 0.87.
    expect(knownPercentileEstimate(known, 500, 0.99, 10)).toEqual({ value: 20, low: 5, high: Infinity })
  })

  test('an unknown percentile has no estimate', () => {
    expect(knownPercentileEstimate(known, 500, 0.75, 0)).toBeUndefined()
    expect(knownPercentileEstimate(known, 0, 0.5, 0)).toBeUndefined()
  })
})

describe('meanEstimate', () => {
  test('by hand: half 1, half 3, in turn', () => {
    const values = Float64Array.from({ length: 200 }, (_, index) => (index % 2 === 0 ? 1 : 3))
    // Standard deviation √(200/199); 1.96 of it over √(200/2).
    const margin = (1.959963984540054 * Math.sqrt(200 / 199)) / 10
    const estimate = meanEstimate(values)
    expect(estimate?.value).toBe(2)
    expect(estimate?.low).toBeCloseTo(2 - margin, 10)
    expect(estimate?.high).toBeCloseTo(2 + margin, 10)
  })

  test('one value has no spread', () => {
    expect(meanEstimate(Float64Array.of(1))).toBeUndefined()
  })
})

test('knownVariationEstimate: twice the deviation, each neighbor counted half', () => {
  const estimate = knownVariationEstimate(3, 0.5, 200)
  expect(estimate?.value).toBe(3)
  expect(estimate?.high).toBeCloseTo(3 + (1.959963984540054 * 2 * 0.5) / 10, 10)
  expect(knownVariationEstimate(0.01, 0.5, 200)?.low).toBe(0)
  expect(knownVariationEstimate(3, 0, 1)).toBeUndefined()
})
