import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { delayPoints, extremes } from '../../../../../src/report/html/pictures/extremes.ts'
import { collectProbes } from '../../../../../src/report/html/pictures/probe-series.ts'
import { rows } from '../probe-rows.ts'

const values = fc.array(fc.oneof(fc.double({ noNaN: true, min: 0, max: 1e6 }), fc.constant(NaN)), { maxLength: 400 })

describe('thinning', () => {
  test('keeps the smallest and the largest, in ascending order, at most as many as requested, and all if they are few', () => {
    fc.assert(
      fc.property(values, fc.integer({ min: 2, max: 100 }), (all, most) => {
        const kept = extremes(all, most)
        const known = all.filter(Number.isFinite)
        expect(kept.length).toBeLessThanOrEqual(Math.max(most, 2))
        expect(kept).toEqual([...new Set(kept)].toSorted((a, b) => a - b))
        const seen = kept.map(place => all[place] ?? NaN)
        if (known.length <= most) expect(seen).toEqual(known)
        else expect([Math.min(...seen), Math.max(...seen)]).toEqual([Math.min(...known), Math.max(...known)])
      }),
    )
  })

  test('keeps both extremes of every span', () => {
    const all = Array.from({ length: 1000 }, (_, place) => (place % 100 === 37 ? 50 : place % 100 === 61 ? 1 : 10))
    const kept = extremes(all, 20).map(place => place % 100)
    expect(kept).toEqual(Array.from({ length: 10 }, () => [37, 61]).flat())
  })
})

describe('points', () => {
  test('a single truncated reply among thousands stays', () => {
    const series = collectProbes(
      rows(5000, seq => ({ fate: seq === 3210 ? 'truncated' : 'intact', rttMs: 1 + (seq % 7) })),
    )
    const points = delayPoints(series, 100)
    expect(points.length).toBeLessThanOrEqual(100)
    expect(points.filter(({ fate }) => fate !== 0)).toEqual([{ timeMs: 3210, rttMs: 5, fate: 1 }])
    expect(points.map(({ timeMs }) => timeMs)).toEqual(points.map(({ timeMs }) => timeMs).toSorted((a, b) => a - b))
  })

  test('a probe without a reply has no point', () => {
    expect(delayPoints(collectProbes(rows(3, () => ({ fate: 'lostUnknown' }))), 100)).toEqual([])
  })
})
