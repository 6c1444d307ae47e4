import { expect, test } from 'vitest'
import { hourLines } from '../../../../src/report/screen/hour-lines.ts'
import { FIRST_STATE } from '../../../../src/report/screen/screen-state.ts'
import { healthyView, hourOfHistory } from '../../../helpers/monitor-view.ts'

const page = {
  view: healthyView,
  state: FIRST_STATE,
  width: 100,
  height: 30,
  localTime: (ms: number): string => new Date(ms).toISOString(),
}

function textOf(room: number, points = hourOfHistory): string[] {
  return hourLines(points, page, room).map(line => line.map(({ text }) => text).join(''))
}

test('an hour fits into every width, and says how long a cell is', () => {
  expect(textOf(100)[0]).toBe('last hour, 40 s a cell')
  expect(textOf(57)[0]).toBe('last hour, 1m20s a cell')
  expect(textOf(400)[0]).toBe('last hour, 10 s a cell')
  for (let room = 40; room < 400; room++) for (const line of textOf(room)) expect(line.length).toBeLessThanOrEqual(room)
})

test('losses and gaps are at their time', () => {
  // One cell a point: 30 s without a reply, later 10 s without a probe.
  const loss = textOf(400)
    .find(line => line.startsWith('loss'))
    ?.slice(10)
  expect(loss).toBe(`${'·'.repeat(180)}███${'·'.repeat(17)}_${'·'.repeat(159)}`)
})

test('the extremes are those of the round trips', () => {
  const rtts = hourOfHistory.flatMap(({ rtt }) => (rtt === undefined ? [] : [rtt]))
  expect(Math.max(...rtts.map(({ p99Ms }) => p99Ms)).toFixed(1)).toBe('19.0')
  expect(textOf(100)[1]).toMatch(/^ 19\.0 ms /)
})

test('a young history fills a part of the width, and one of less than a minute is not shown', () => {
  const young = textOf(100, hourOfHistory.slice(-10))
  expect(young[0]).toBe('last hour, 10 s a cell')
  expect(young.find(line => line.startsWith('loss'))?.slice(10)).toBe('·'.repeat(10))
  expect(textOf(100, hourOfHistory.slice(-5))).toEqual([])
  expect(textOf(100, [])).toEqual([])
})
