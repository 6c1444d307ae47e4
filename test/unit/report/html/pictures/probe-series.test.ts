import { expect, test } from 'vitest'
import {
  collectProbes,
  countFates,
  probesOfClient,
  timeRange,
} from '../../../../../src/report/html/pictures/probe-series.ts'
import { rows } from '../probe-rows.ts'

test('columns hold the values of the rows; no reply is NaN; a refused probe has its scheduled time', () => {
  const [first, second] = rows(2, seq =>
    seq === 0 ? { fate: 'late', rttMs: 12 } : { fate: 'refused', sentMs: undefined },
  )
  const series = collectProbes([first, second].filter(row => row !== undefined))
  expect({ ...series, timeMs: [...series.timeMs], rttMs: [...series.rttMs] }).toMatchObject({
    count: 2,
    timeMs: [0, 1],
    rttMs: [12, NaN],
  })
  expect(countFates(series)).toEqual(
    new Map([
      ['late', 1],
      ['refused', 1],
    ]),
  )
  expect(timeRange(series)).toEqual({ from: 0, to: 1 })
})

test('columns grow, each client has its own probes, an empty series has no range', () => {
  const series = collectProbes(rows(5000, seq => ({ fate: 'intact', client: seq % 3, rttMs: seq })))
  expect([...series.timeMs]).toEqual(Array.from({ length: 5000 }, (_, seq) => seq))
  const one = probesOfClient(series, 2)
  expect([...one.rttMs.subarray(0, 3)]).toEqual([2, 5, 8])
  expect(one.count).toBe(1666)
  expect(timeRange(collectProbes([]))).toBeUndefined()
})

test('a fate of another version is left out', () => {
  expect(collectProbes(rows(2, seq => ({ fate: seq === 0 ? 'teleported' : 'intact' }))).count).toBe(1)
})
