import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FATES } from '../../../../../src/report/result/fates.ts'
import { collectProbes } from '../../../../../src/report/html/pictures/probe-series.ts'
import { timeSlices } from '../../../../../src/report/html/pictures/time-slices.ts'
import { rows } from '../probe-rows.ts'

const probe = fc.record({
  sentMs: fc.double({ min: 0, max: 1e5, noNaN: true }),
  fate: fc.constantFrom(...FATES.map(({ fate }) => fate)),
})

test('every probe is in exactly one slice of exactly one lane', () => {
  fc.assert(
    fc.property(fc.array(probe, { minLength: 1, maxLength: 300 }), fc.integer({ min: 1, max: 64 }), (probes, most) => {
      const slices = timeSlices(collectProbes(rows(probes.length, seq => probes[seq] ?? { fate: 'intact' })), most)
      expect(slices?.totals.length).toBeLessThanOrEqual(most)
      for (const { fate, count, counts } of slices?.lanes ?? []) {
        expect(count).toBe(probes.filter(one => one.fate === fate).length)
        expect(counts.reduce((sum, met) => sum + met, 0)).toBe(count)
      }
      expect(slices?.lanes.length).toBe(new Set(probes.map(({ fate }) => fate)).size)
      slices?.totals.forEach((total, slice) => {
        expect(slices.lanes.reduce((sum, { counts }) => sum + (counts[slice] ?? 0), 0)).toBe(total)
      })
    }),
  )
})

test('few probes at even intervals have a slice each, many share them', () => {
  const few = timeSlices(collectProbes(rows(10, () => ({ fate: 'intact' }))), 360)
  expect(few).toMatchObject({ fromMs: -0.5, stepMs: 1, totals: Array.from({ length: 10 }, () => 1) })
  expect(timeSlices(collectProbes(rows(2000, () => ({ fate: 'intact' }))), 360)?.totals).toHaveLength(360)
  expect(timeSlices(collectProbes(rows(1000, () => ({ fate: 'intact' }))), 360)?.totals).toHaveLength(250)
})

test('a single probe has a slice, an empty series none', () => {
  expect(timeSlices(collectProbes(rows(1, () => ({ fate: 'refused' }))), 10)).toMatchObject({ totals: [1], stepMs: 1 })
  expect(timeSlices(collectProbes([]), 10)).toBeUndefined()
})
