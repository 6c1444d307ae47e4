import { expect, test } from 'vitest'
import { intervalLine } from '../../../../src/report/terminal/interval-line.ts'
import { EMPTY_REPORT, INTERVAL_REPORT } from '../interval-reports.ts'

const AT = '2026-11-30T06:31:06.123+01:00'

test('the totals so far, and the round trips of the interval', () => {
  expect(intervalLine(INTERVAL_REPORT, AT)).toBe(
    `${AT} 1000 sent · 979 replies · loss 1.1% (11 of 990) · rtt p50 412 µs, p99 1.25 ms`,
  )
})

test('what is not known yet has no number', () => {
  expect(intervalLine(EMPTY_REPORT, AT)).toBe(
    `${AT} 1 sent · 0 replies · loss not known yet · no replies since the last line`,
  )
})

test('the name of a check is printable', () => {
  expect(intervalLine(EMPTY_REPORT, AT, 'lan\u001B[2J')).toMatch(/^\S+ lan\\x1b\[2J: 1 sent · /u)
})
