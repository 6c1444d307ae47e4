import fc from 'fast-check'
import { expect, test } from 'vitest'
import { stripColumns } from '../../../../src/report/screen/strip-columns.ts'
import { stripOf } from '../../../helpers/monitor-view.ts'

test('one slot a column: the newest that fit, in their order', () => {
  expect(stripColumns(stripOf('..FRxw'), 1000, 1, 4).map(({ state }) => state)).toEqual([
    'lostForward',
    'lostReturn',
    'lost',
    'waiting',
  ])
  expect(stripColumns([], 1000, 1, 4)).toEqual([])
})

test('several slots a column: the worst state, all round trips', () => {
  const columns = stripColumns(stripOf(`${'.'.repeat(7)}F${'.'.repeat(12)}`), 1000, 5, 60)
  expect(columns.filter(({ state }) => state === 'lostForward')).toHaveLength(1)
  expect(columns.flatMap(({ rttMs }) => rttMs)).toHaveLength(19)
  for (const { rttMs } of columns) expect(rttMs).toEqual(rttMs.toSorted((a, b) => a - b))
})

test('a slot stays with its neighbours while time goes on', () => {
  const strip = stripOf('.F..R...x....l..u...')
  const states = (count: number): string[] => stripColumns(strip.slice(0, count), 1000, 5, 60).map(({ state }) => state)
  // All but the newest column are final.
  for (let count = 6; count < strip.length; count++)
    expect(states(count + 1).slice(0, states(count).length - 1)).toEqual(states(count).slice(0, -1))
})

test('never more columns than asked for', () => {
  fc.assert(
    fc.property(fc.nat(100), fc.constantFrom(1, 2, 5, 30), fc.integer({ min: 1, max: 50 }), (slots, zoom, width) => {
      const columns = stripColumns(stripOf('.'.repeat(slots)), 1000, zoom, width)
      expect(columns.length).toBeLessThanOrEqual(width)
      expect(columns.length).toBeGreaterThanOrEqual(Math.min(width, Math.ceil(slots / zoom)))
    }),
  )
})
