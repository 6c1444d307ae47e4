import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SECOND } from '../../../src/base/nanos.ts'
import type { TrialOrder } from '../../../src/machines/rate-trial.ts'
import { OPTIONS, searchRateOn } from './rate-path.ts'

const purposes = (orders: readonly TrialOrder[]): string =>
  orders.map(({ purpose, pps }) => `${purpose} ${Math.round(pps)}`).join(', ')

describe('a limit that losses show', () => {
  test('is exceeded, measured, checked with another size, and confirmed just below', () => {
    const { search, orders, seconds } = searchRateOn({ rate: 1000, depth: 50 })
    expect(purposes(orders)).toBe(
      'ramp 100, ramp 200, ramp 400, ramp 800, ramp 1600, overload 3200, otherSize 6400, narrow 980',
    )
    expect(orders.at(-2)?.size).toBe(600)
    expect(search).toMatchObject({ phase: 'complete', limit: 1000, reachedBound: false })
    expect(search.held).toBeCloseTo(980.39, 1)
    expect(seconds).toBeLessThan(20)
  })

  test('every trial that counts begins after a rest of one second', () => {
    const { orders } = searchRateOn({ rate: 1000, depth: 50 })
    for (const { purpose, rest } of orders) expect(rest).toBe(purpose === 'ramp' ? 0 : SECOND)
  })

  test('the result is at most the limit, and at most 2 % below it', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 120, max: 3000 }),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        fc.boolean(),
        (rate, depth, isQueue) => {
          // Up to a bucket of one second, which a trial of two seconds at 1.2 times the rate does not empty.
          const { search } = searchRateOn({ rate, depth: Math.max(5, rate * depth), isQueue })
          expect(search.phase).toBe('complete')
          expect(search.held).toBeLessThanOrEqual(rate)
          expect(search.held).toBeGreaterThanOrEqual(rate / 1.021)
        },
      ),
      { numRuns: 60 },
    )
  })

  test('a trial below it that a burst of this host fails is repeated, four times at most', () => {
    const path = { rate: 1000, depth: 50 }
    const twice = searchRateOn({ ...path, disturbed: [8, 9] })
    expect(purposes(twice.orders.slice(7))).toBe('narrow 980, narrow 980, narrow 980')
    expect(twice.search.held).toBeCloseTo(980.39, 1)
    const often = searchRateOn({ ...path, disturbed: [8, 9, 10, 11, 12] })
    expect(purposes(often.orders.slice(7, 13))).toBe(
      'narrow 980, narrow 980, narrow 980, narrow 980, narrow 980, narrow 886',
    )
    expect(often.search.held).toBeLessThan(980)
  })

  test('that is lower from a trial below it on is measured by two trials, and confirmed', () => {
    const { search, orders } = searchRateOn({ rate: 1000, depth: 50, changed: { from: 8, rate: 400 } })
    expect(purposes(orders.slice(7))).toBe('narrow 980, narrow 980, narrow 392')
    expect(search).toMatchObject({ phase: 'complete', limit: 400 })
    expect(search.held).toBeCloseTo(392.16, 1)
  })

  test('a bucket that lasts for most of an overload is emptied by a longer one', () => {
    const { search, orders } = searchRateOn({ rate: 500, depth: 2000 })
    const overloads = orders.filter(({ purpose }) => purpose === 'overload').map(({ duration }) => duration / SECOND)
    expect(overloads.length).toBeGreaterThan(0)
    expect(search.limit).toBe(500)
    expect(search.held).toBeLessThanOrEqual(500)
  })
})

describe('losses that show no limit', () => {
  test('are bisected to 2 %', () => {
    fc.assert(
      fc.property(fc.integer({ min: 120, max: 3000 }), rate => {
        const { search, orders } = searchRateOn({ rate, depth: 2, isMeasured: false })
        expect(search).toMatchObject({ phase: 'complete', limit: undefined })
        // Loss of 0.1 % is allowed, and the bucket has some room.
        expect(search.held).toBeLessThanOrEqual(rate * 1.02)
        expect(search.held).toBeGreaterThanOrEqual(rate / 1.045)
        expect(orders.length).toBeLessThan(24)
      }),
      { numRuns: 60 },
    )
  })

  test('that every rate has, end the search soon, without a rate', () => {
    const { search, orders } = searchRateOn({ loss: 0.05 })
    expect(search).toMatchObject({ phase: 'complete', held: 0, limit: undefined })
    expect(orders.length).toBeLessThan(6)
  })

  test.each([1, 2, 3, 4, 5, 6, 7, 8])('that are rare do not hide the limit (seed %i)', seed => {
    for (const rate of [300, 1000, 3000]) {
      const { search } = searchRateOn({ rate, depth: 20, loss: 0.0002 }, {}, seed)
      expect(search.held).toBeLessThanOrEqual(rate)
      expect(search.held).toBeGreaterThan(rate / 1.2)
    }
  })
})

describe('bounds', () => {
  test('the highest rate holds: there is no limit below it', () => {
    const { search, orders } = searchRateOn({}, { toPps: 1000 })
    expect(purposes(orders)).toBe('ramp 100, ramp 200, ramp 400, ramp 800, ramp 1000, narrow 1000')
    expect(search).toMatchObject({ phase: 'complete', held: 1000, reachedBound: true })
  })

  test('no trial offers more than the highest rate, of no size', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 50, max: 4000 }),
        fc.integer({ min: 20, max: 5000 }),
        fc.boolean(),
        (rate, toPps, inBits) => {
          const other = { size: 600, toPps: inBits ? toPps * 2 : toPps }
          const { orders } = searchRateOn({ rate, depth: 30 }, { toPps, other })
          for (const { size, pps } of orders)
            expect(pps).toBeLessThanOrEqual(size === OPTIONS.size ? toPps : other.toPps)
        },
      ),
      { numRuns: 60 },
    )
  })

  test('below the lowest rate nothing is tried', () => {
    const { search, orders } = searchRateOn({ rate: 50, depth: 5 })
    expect(orders.every(({ pps }) => pps >= 100)).toBe(true)
    expect(search).toMatchObject({ phase: 'complete', held: 0, limit: 50 })
  })

  test('a rate that the sender does not reach ends the ramp', () => {
    const { search, orders } = searchRateOn({ sender: 3000 })
    expect(Math.max(...orders.map(({ pps }) => pps))).toBe(3200)
    expect(search).toMatchObject({ phase: 'complete', reachedBound: false })
    expect(search.held).toBeCloseTo(3000 / 1.02, 0)
  })
})

describe('without replies', () => {
  test('the first trial without any reply is the last one', () => {
    const { search, orders } = searchRateOn({ deadFrom: 1 })
    expect(orders).toHaveLength(1)
    expect(search.phase).toBe('silent')
  })

  test('a path that dies ends the search after one more attempt, and what held before remains', () => {
    const { search, orders } = searchRateOn({ rate: 1000, depth: 50, deadFrom: 4 })
    expect(orders).toHaveLength(5)
    expect(search.phase).toBe('dead')
    const late = searchRateOn({ isMeasured: false, rate: 1000, depth: 2, deadFrom: 9 })
    expect(late.search.phase).toBe('dead')
    expect(late.search.held).toBeGreaterThan(800)
  })
})
