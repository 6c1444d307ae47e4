import { expect, test } from 'vitest'
import { rttBand } from '../../../../src/report/screen/rtt-band.ts'

function columns(...rtts: readonly (readonly number[])[]): Parameters<typeof rttBand>[0] {
  return rtts.map(rttMs => ({ state: 'intact', at: 0, rttMs }))
}

test('full from the smallest round trip to the largest, shaded below, empty without a reply', () => {
  expect(rttBand(columns([1, 4], [], [2, 3], [4]), 4)).toEqual({
    rows: ['█  █', '█ █░', '█ ░░', '░ ░░'],
    lowMs: 0,
    highMs: 4,
  })
})

test('steps of an eighth of a row', () => {
  expect(rttBand(columns([0.25], [0.5], [1], [2]), 2)?.rows).toEqual(['   █', '▂▄█░'])
})

test('the scale begins at the least if all are in the upper half', () => {
  expect(rttBand(columns([100], [102], [101]), 2)).toEqual({ rows: [' █ ', '▁░█'], lowMs: 100, highMs: 102 })
  expect(rttBand(columns([7], [7]), 2)).toEqual({ rows: ['██', '░░'], lowMs: 0, highMs: 7 })
})

test('a single long round trip of a hundred is beyond the 99th percentile', () => {
  const many = [...Array.from({ length: 99 }, () => 1), 50]
  expect(rttBand(columns(many), 2)?.highMs).toBe(1)
})

test('no band without a reply', () => {
  expect(rttBand(columns([], []), 4)).toBeUndefined()
  expect(rttBand([], 4)).toBeUndefined()
})
