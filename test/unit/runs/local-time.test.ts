import { afterEach, expect, test, vi } from 'vitest'
import { formatLocalTime } from '../../../src/runs/local-time.ts'

afterEach(() => void vi.restoreAllMocks())

/** 2026-11-30T05:31:06.123Z */
const MOMENT = Date.UTC(2026, 10, 30, 5, 31, 6, 123)

test.each([
  [0, '2026-11-30T05:31:06.123+00:00'],
  [-60, '2026-11-30T06:31:06.123+01:00'],
  [210, '2026-11-30T02:01:06.123-03:30'],
  [-345, '2026-11-30T11:16:06.123+05:45'],
])('with getTimezoneOffset() = %i it is %s', (offset, text) => {
  vi.spyOn(Date.prototype, 'getTimezoneOffset').mockReturnValue(offset)
  expect(formatLocalTime(MOMENT)).toBe(text)
  expect(Date.parse(text)).toBe(MOMENT)
})
