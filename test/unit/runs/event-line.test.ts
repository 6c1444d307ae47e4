import { expect, test } from 'vitest'
import { eventLine } from '../../../src/runs/event-line.ts'
import { AT } from '../../helpers/local-time.ts'

test('an event on one line has the time of day, its own or now', () => {
  const at = '2026-11-30T06:31:06.123Z'
  expect(eventLine({ event: 'stats', at, received: 3 })).toBe(`{"event":"stats","at":"${at}","received":3}\n`)
  const before = Date.now()
  const now = JSON.parse(eventLine({ event: 'stats', received: 3 })) as { at: string }
  expect(now).toEqual({ event: 'stats', at: AT, received: 3 })
  expect(Date.parse(now.at)).toBeGreaterThanOrEqual(before)
})
