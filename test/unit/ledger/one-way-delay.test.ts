import { describe, expect, test } from 'vitest'
import { OneWayDelay } from '../../../src/ledger/one-way-delay.ts'
import { steady, travel, world, type ClockOffset, type World } from './one-way/synthetic.ts'

const LAN: World = {
  ...world(7),
  span: 20e9,
  count: 400,
  forward: 100_000,
  back: 100_000,
  forwardQueue: 20_000,
  backQueue: 20_000,
  skew: 0,
}

function delayOf(given: World, truth: ClockOffset = steady(given), summary = false): OneWayDelay {
  const delay = new OneWayDelay(summary)
  for (const { sent, serverArrival, dwell, arrived } of travel(given, truth)) {
    delay.push(sent, serverArrival, dwell, arrived)
  }
  return delay
}

describe('OneWayDelay', () => {
  test('the four time stamps of one exchange (RFC 5905): T1 100, T2 1150, T3 1160, T4 170', () => {
    const delay = new OneWayDelay(false)
    delay.push(100, 1150, 10, 170)
    const result = delay.result()
    expect(result?.offset).toBeCloseTo((1150 - 100 + (1160 - 170)) / 2, 6)
    expect(result?.forward).toEqual({ min: 30, p50: 30, p99: 30, queueP99: 0 })
    expect(result?.return).toEqual({ min: 30, p50: 30, p99: 30, queueP99: 0 })
    // Half a round trip, and the possible change of a clock rate meanwhile.
    expect(result?.error).toBeGreaterThanOrEqual(30)
    expect(result?.error).toBeLessThan(38)
    expect(result?.errorAnyClock).toBeCloseTo(30, 6)
    expect(result?.skew).toBeUndefined()
    expect(delay.changeCount).toBe(0)
  })

  test('a dwell longer than the round trip is ignored', () => {
    const delay = new OneWayDelay(false)
    delay.push(100, 1150, 80, 170)
    expect(delay.result()).toBeUndefined()
    delay.push(200, 1250, 10, 270)
    expect(delay.result()?.forward.p50).toBe(30)
  })

  test('nothing pushed: undefined', () => {
    expect(new OneWayDelay(false).result()).toBeUndefined()
  })

  test.each([0, 20e-6, -200e-6, 500e-6])(
    'rates that differ by %d: both directions are right, within the error',
    skew => {
      const delay = delayOf({ ...LAN, skew })
      const result = delay.result()
      if (result === undefined) throw new Error('no result')
      expect(delay.changes).toEqual([])
      const median = 100_000 + 20_000 * Math.LN2
      for (const direction of [result.forward, result.return]) {
        expect(direction.min).toBeGreaterThanOrEqual(0)
        expect(Math.abs(direction.p50 - median)).toBeLessThan(result.error)
        // ln 100 × the mean, from 400 samples.
        expect(Math.abs(direction.queueP99 - 20_000 * Math.log(100))).toBeLessThan(40_000)
      }
      expect(result.skew?.lowest).toBeLessThanOrEqual(skew)
      expect(result.skew?.highest).toBeGreaterThanOrEqual(skew)
      expect(result.errorMedian).toBeLessThanOrEqual(result.error)
    },
  )

  test('a clock that is set by 50 ms: the change with its size, and no negative delay', () => {
    const truth = steady(LAN)
    const delay = delayOf(LAN, at => truth(at) + (at > 8e9 ? 50e6 : 0))
    const result = delay.result()
    expect(delay.changes).toHaveLength(1)
    expect(Math.abs((delay.changes[0]?.size ?? NaN) - 50e6)).toBeLessThan(200_000)
    expect(Math.abs((delay.changes[0]?.at ?? NaN) - 8e9)).toBeLessThan(100e6)
    expect(result?.forward.min).toBeGreaterThanOrEqual(0)
    expect(result?.forward.p99).toBeLessThan(400_000)
    expect(result?.return.p99).toBeLessThan(400_000)
  })

  test('queueing is attributed to its direction', () => {
    const result = delayOf({ ...LAN, forwardQueue: 2e6, backQueue: 1000 }).result()
    expect(result?.forward.queueP99).toBeGreaterThan(5e6)
    expect(result?.return.queueP99).toBeLessThan(100_000)
  })

  test('longer than ten minutes: one line for each part follows a varying rate', () => {
    const span = 3600e9
    const turn = (2 * Math.PI) / 7200e9
    const truth: ClockOffset = at => 5e9 + 20e-6 * at + (0.2e-6 / turn) * Math.sin(turn * at)
    const delay = delayOf({ ...LAN, span, count: 7200 }, truth)
    const result = delay.result()
    expect(delay.changes.filter(({ kind }) => kind === 'step')).toEqual([])
    expect(result?.forward.min).toBeGreaterThanOrEqual(0)
    expect(Math.abs((result?.forward.p50 ?? NaN) - 113_863)).toBeLessThan(30_000)
    expect(Math.abs((result?.return.p50 ?? NaN) - 113_863)).toBeLessThan(30_000)
  })

  test('an endless run keeps fewer exchanges, and percentiles are those of a uniform sample', () => {
    const given = { ...LAN, count: 60_000, span: 60e9 }
    const exact = delayOf(given).result()
    const bounded = delayOf({ ...given, random: world(7).random }, steady(given), true).result()
    expect([exact?.isSampled, bounded?.isSampled]).toEqual([false, true])
    expect(bounded?.error).toBeCloseTo(exact?.error ?? NaN, -4)
    for (const direction of ['forward', 'return'] as const) {
      expect(Math.abs((bounded?.[direction].p50 ?? NaN) - 113_863)).toBeLessThan(8000)
      expect(bounded?.[direction].min).toBeLessThan(115_000)
    }
  })

  test('exchanges after a result form a new part', () => {
    const delay = delayOf(LAN)
    const before = delay.result()
    delay.push(30e9, 30e9 + LAN.offset + 150_000, 0, 30e9 + 300_000)
    expect(before?.forward.min).toBeGreaterThan(0)
    expect(delay.result()?.forward.min).toBeLessThanOrEqual(150_000)
  })
})
