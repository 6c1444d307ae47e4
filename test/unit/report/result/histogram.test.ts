import fc from 'fast-check'
import { expect, test } from 'vitest'
import { histogramBlocks, percentileHistogram, sampleHistogram } from '../../../../src/report/result/histogram.ts'
import { savedResult } from '../result-files.ts'

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0)
}

test('columns of equal ratio', () => {
  const histogram = sampleHistogram([1, 1, 1, 11, 101, 999, 1000], 3)
  expect(histogram).toEqual({ minMs: 1, maxMs: 1000, counts: [3, 1, 3] })
  expect(histogramBlocks({ minMs: 0, maxMs: 1, counts: [8, 0, 0.001, 4] })).toBe('█ ▁▄')
})

test('no histogram if all samples are equal', () => {
  expect(sampleHistogram([], 10)).toBeUndefined()
  expect(sampleHistogram([5, 5, 5], 10)).toBeUndefined()
  expect(sampleHistogram([NaN, 5], 10)).toBeUndefined()
  expect(sampleHistogram([1, 2], 1)).toBeUndefined()
})

test('every finite sample is counted', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1e6 })), fc.integer({ min: 2, max: 60 }), (samples, columns) => {
      const histogram = sampleHistogram(samples, columns)
      if (histogram === undefined) return
      expect(histogram.counts).toHaveLength(columns)
      expect(total(histogram.counts)).toBe(samples.filter(sample => !Number.isNaN(sample)).length)
      expect(histogram.counts.at(-1)).toBeGreaterThan(0)
    }),
  )
})

test('percentiles give the distribution of all samples', () => {
  const { rtt } = savedResult('mixed')
  if (rtt === undefined) throw new Error('no rtt')
  const histogram = percentileHistogram(rtt, 24)
  expect(total(histogram?.counts ?? [])).toBeCloseTo(rtt.count, 6)
  expect(histogram && histogramBlocks(histogram)).toMatch(/^█[▁▂▃▄▅▆▇█]{23}$/u)
  expect(percentileHistogram({ ...rtt, minMs: 5, maxMs: 5 }, 24)).toBeUndefined()
})
