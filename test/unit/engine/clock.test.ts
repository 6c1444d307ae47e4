import { afterEach, describe, expect, test, vi } from 'vitest'
import { SECOND } from '../../../src/base/nanos.ts'
import { Clock } from '../../../src/engine/clock.ts'

afterEach(() => vi.restoreAllMocks())

/** Sets the monotonic clock, ms since the start of the process, and the system clock, ms since 1970. */
function setClocks(monotonic: number, system: number): void {
  vi.spyOn(performance, 'now').mockReturnValue(monotonic)
  vi.spyOn(Date, 'now').mockReturnValue(system)
}

test('time is in whole ns since the creation of the clock', () => {
  const began = performance.timeOrigin
  setClocks(1000, began + 1000)
  const clock = new Clock()
  expect(clock.now()).toBe(0)
  setClocks(1000.0015, began + 1000)
  expect(clock.now()).toBe(1500)
  setClocks(87_400_000, began + 87_400_000)
  expect(clock.now()).toBe(87_399 * SECOND)
})

test('time never decreases', () => {
  const clock = new Clock()
  const times = Array.from({ length: 1000 }, () => clock.now())
  expect(times).toEqual(times.toSorted((a, b) => a - b))
})

describe('real time at the clock’s epoch', () => {
  function epochMs(clock: Clock): number {
    const { seconds, nanos } = clock.epoch()
    expect(Number.isInteger(seconds) && Number.isInteger(nanos)).toBe(true)
    expect(nanos).toBeGreaterThanOrEqual(0)
    expect(nanos).toBeLessThan(SECOND)
    return seconds * 1000 + nanos / 1e6
  }

  test('is the time of its creation', () => {
    const before = Date.now()
    const ms = epochMs(new Clock())
    const after = Date.now()
    // The clocks may differ by 2 ms before real time is read again, Date.now() has no fractions, and the process may be suspended between
    // the two readings.
    expect(ms).toBeGreaterThan(before - 3 - (after - before))
    expect(ms).toBeLessThan(after + 3)
  })

  test('is finer than the system clock while both agree', () => {
    const began = performance.timeOrigin
    setClocks(1000.25, Math.floor(began + 1000.25))
    expect(epochMs(new Clock())).toBeCloseTo(began + 1000.25, 2)
  })

  test('follows a clock that was set while the process ran', () => {
    const began = performance.timeOrigin
    setClocks(1000, began + 1000)
    const clock = new Clock()
    setClocks(5000, began + 5000 + 3_600_000)
    expect(epochMs(clock)).toBeCloseTo(began + 1000 + 3_600_000, 0)
  })

  test('follows it by the quickest reading, if the process is suspended between the two clocks', () => {
    const began = performance.timeOrigin
    setClocks(1000, began + 1000)
    const clock = new Clock()
    const monotonic = [5000, 5040, 5040, 5041, 5041, 5041]
    vi.spyOn(performance, 'now').mockImplementation(() => monotonic.shift() ?? 5041)
    vi.spyOn(Date, 'now')
      .mockReturnValueOnce(began + 3_605_000)
      .mockReturnValueOnce(began + 3_605_040)
      .mockReturnValue(began + 3_605_041)
    expect(epochMs(clock)).toBeCloseTo(began + 3_601_000, 0)
  })

  test('is still the finer one, if every reading is suspended', () => {
    const began = performance.timeOrigin
    setClocks(1000, began + 1000)
    const clock = new Clock()
    const monotonic = [5000, 5040, 5050, 5090, 5100, 5140]
    vi.spyOn(performance, 'now').mockImplementation(() => monotonic.shift() ?? 5140)
    vi.spyOn(Date, 'now')
      .mockReturnValueOnce(began + 5000)
      .mockReturnValueOnce(began + 5050)
      .mockReturnValueOnce(began + 5100)
    expect(epochMs(clock)).toBeCloseTo(began + 1000, 2)
  })

  test('a moment just before a full second belongs to that second', () => {
    const second = Math.ceil(performance.timeOrigin / 1000) * 1000
    const monotonic = second - 1e-7 - performance.timeOrigin
    setClocks(monotonic, Math.floor(performance.timeOrigin + monotonic))
    expect(Math.abs(epochMs(new Clock()) - second)).toBeLessThan(1)
  })
})
