import { expect, test } from 'vitest'
import { SECOND } from '../../../src/base/nanos.ts'
import { parseOption } from '../../../src/options/parse-options.ts'
import { REPORT_INTERVAL_OPTION } from '../../../src/options/report-interval.ts'
import { refused } from '../../helpers/refused.ts'

const read = (raw?: string) => parseOption('reportInterval', REPORT_INTERVAL_OPTION, raw)

test('a duration of a tenth of a second or more; 0 is none', () => {
  expect([read('10s'), read('100ms'), read('0'), read('0s'), read()]).toEqual([
    10 * SECOND,
    SECOND / 10,
    0,
    0,
    undefined,
  ])
})

test.each([
  ['10', /^--report-interval cannot be "10": the unit is missing/u],
  ['99ms', /^--report-interval is shorter than 100ms/u],
  ['-1s', /^--report-interval cannot be/u],
])('%s is refused', (raw, message) => {
  expect(refused(() => read(raw))).toMatch(message)
})
