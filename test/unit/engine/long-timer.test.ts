import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { MILLISECOND, SECOND } from '../../../src/base/nanos.ts'
import { startInterval, startTimer } from '../../../src/engine/long-timer.ts'

const HOUR = 3600 * SECOND
const HOUR_MS = 3_600_000

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe.each([1, 600, 2400])('%i hours', hours => {
  test('a timer fires once, after that time', () => {
    const rung = vi.fn<() => void>()
    startTimer(rung, hours * HOUR)
    vi.advanceTimersByTime(hours * HOUR_MS - 1)
    expect(rung).not.toHaveBeenCalled()
    vi.advanceTimersByTime(1)
    expect(rung).toHaveBeenCalledOnce()
    vi.advanceTimersByTime(2 * hours * HOUR_MS)
    expect(rung).toHaveBeenCalledOnce()
  })

  test('an interval fires repeatedly', () => {
    const rung = vi.fn<() => void>()
    const interval = startInterval(rung, hours * HOUR)
    vi.advanceTimersByTime(3 * hours * HOUR_MS + 10)
    expect(rung).toHaveBeenCalledTimes(3)
    interval.cancel()
    vi.advanceTimersByTime(3 * hours * HOUR_MS)
    expect(rung).toHaveBeenCalledTimes(3)
  })

  test('a cancelled timer does not fire', () => {
    const rung = vi.fn<() => void>()
    const timer = startTimer(rung, hours * HOUR)
    vi.advanceTimersByTime(hours * HOUR_MS - 1)
    timer.cancel()
    vi.advanceTimersByTime(hours * HOUR_MS)
    expect(rung).not.toHaveBeenCalled()
  })
})

test('a short timer', () => {
  const rung = vi.fn<() => void>()
  startTimer(rung, 5 * MILLISECOND)
  vi.advanceTimersByTime(5)
  expect(rung).toHaveBeenCalledOnce()
})
