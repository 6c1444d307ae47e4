import { expect, test } from 'vitest'
import { linearAxis } from '../../../../../src/report/html/pictures/axis.ts'
import { columnCounts, countedDelays } from '../../../../../src/report/html/pictures/distribution-picture.ts'
import { collectProbes } from '../../../../../src/report/html/pictures/probe-series.ts'
import { rows } from '../probe-rows.ts'

test('every value is in exactly one column, the ends included', () => {
  expect(columnCounts([0, 1, 2.4, 5, 9.99, 10], linearAxis(0, 10, 5), 4)).toEqual([3, 0, 1, 2])
})

test('corrupt and lost replies do not count in the delay figures', () => {
  const fates = ['intact', 'corrupt', 'truncated', 'late', 'lostUnknown'] as const
  const series = collectProbes(
    rows(5, seq => ({ fate: fates[seq] ?? 'intact', ...(seq === 4 ? {} : { rttMs: seq + 1 }) })),
  )
  expect([...countedDelays(series)]).toEqual([1, 3, 4])
})
