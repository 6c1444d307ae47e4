import { expect, test } from 'vitest'
import { intervalEvent } from '../../../../src/report/formats/interval-event.ts'
import { EMPTY_REPORT, INTERVAL_REPORT } from '../interval-reports.ts'

const AT = '2026-11-30T06:31:06.123+01:00'

test('one line with the totals so far and the interval', () => {
  const text = intervalEvent(INTERVAL_REPORT, AT, 'lan')
  expect(text.split('\n')).toHaveLength(2)
  expect(JSON.parse(text)).toEqual({
    event: 'interval',
    at: AT,
    check: 'lan',
    elapsedMs: 10_004.25,
    sent: 1000,
    replies: 979,
    settled: 990,
    lost: 11,
    loss: 0.011_111_111_11,
    interval: {
      durationMs: 1001.5,
      sent: 100,
      replies: 98,
      settled: 99,
      lost: 1,
      rtt: { count: 98, p50Ms: 0.412, p99Ms: 1.25 },
    },
  })
})

test('what is not known is absent', () => {
  const event = JSON.parse(intervalEvent(EMPTY_REPORT, AT)) as object
  expect(event).not.toHaveProperty('loss')
  expect(event).not.toHaveProperty('check')
  expect(event).not.toHaveProperty('interval.rtt')
})
