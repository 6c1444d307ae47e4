import { describe, expect, test } from 'vitest'
import { SECOND } from '../../../../src/base/nanos.ts'
import { MonitorClock } from '../../../../src/verdict/monitor/clock.ts'

const at = (seconds: number): { readonly epoch: { readonly seconds: number; readonly nanos: number } } => ({
  epoch: { seconds, nanos: 0 },
})

describe('a clock that is set', () => {
  test('before the first epoch: probes are judged by the time that has passed', () => {
    const clock = new MonitorClock()
    expect(clock.driver(1_000_000_000)).toBe(-Infinity)
    // The caller began at 1 000 000 s by the old clock; 60 s later the clock was set forward by an hour, and an epoch begins at once.
    const steadyMs = 1_000_060_000
    expect(clock.observe(at(1_003_600), 60 * SECOND, steadyMs)).toBe(3_600_000)
    expect(clock.driver(steadyMs)).toBe(60 * SECOND)
    expect(clock.real(steadyMs)).toBe(1_003_660_000)
    expect(clock.shown(1_000_050_000)).toBe(1_000_050_000)
    expect(clock.observe(at(1_003_600), 70 * SECOND, steadyMs + 10_000)).toBeUndefined()
  })

  test('several times: each moment is shown as the clock did then', () => {
    const clock = new MonitorClock()
    expect(clock.observe(at(1000), 0, 1_000_000)).toBeUndefined()
    expect(clock.observe(at(1010), 10 * SECOND, 1_010_000)).toBe(10_000)
    expect(clock.observe(at(990), 20 * SECOND, 1_020_000)).toBe(-20_000)
    expect([5, 10, 19, 20].map(second => clock.shown(1_000_000 + second * 1000))).toEqual([
      1_005_000, 1_020_000, 1_029_000, 1_010_000,
    ])
    expect(clock.real(1_005_000)).toBe(995_000)
  })

  test('by less than a step is not set', () => {
    const clock = new MonitorClock()
    clock.observe(at(1000), 0, 1_000_000)
    const slewed = { epoch: { seconds: 1000, nanos: 100_000_000 } }
    expect(clock.observe(slewed, 10 * SECOND, 1_010_000)).toBeUndefined()
  })
})

test('a busy machine that reports the first epoch late', () => {
  const clock = new MonitorClock()
  expect(clock.observe(at(1000), 10 * SECOND, 1_013_000)).toBeUndefined()
  expect(clock.driver(1_013_000)).toBe(13 * SECOND)
})
