import { expect, test } from 'vitest'
import { watchSummaryTable } from '../../../../src/report/terminal/watch-summary.ts'
import { displayWidth } from '../../../../src/report/text/width.ts'
import { mixedView } from '../../../helpers/monitor-view.ts'

test('a row for each target: the fates and what is in flight add up to its probes', () => {
  expect(watchSummaryTable(mixedView, { width: 120, color: false })).toMatchInlineSnapshot(`
    "4 targets in 10m
      target                    probes    loss    p50      p99  fates
      edge.example:9000            600    0.2%  12 ms  18.3 ms  589 intact, 1 lostReturn, 10 in flight; 2 duplicates, 1
                                                                reordered
      [2001:db8::7]:9000           600    4.6%  18 ms  24.3 ms  560 intact, 27 lostForward, 13 in flight
      core.example:9000 (ecmp)    2400  25.00%   3 ms  9.30 ms  0 intact, 1770 truncated, 590 lostForward, 40 in flight
      gone.example:9000              0       –      –        –  gone.example has no address (ENOTFOUND)
    "
  `)
})

test('a narrow terminal shows no round trips', () => {
  const lines = watchSummaryTable(mixedView, { width: 60, color: false }).split('\n')
  expect(lines.join('\n')).not.toContain('ms')
  for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(66)
})
