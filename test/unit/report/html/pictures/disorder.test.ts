import fc from 'fast-check'
import { expect, test } from 'vitest'
import { stragglers } from '../../../../../src/report/html/pictures/disorder.ts'
import { collectProbes, type ProbeSeries } from '../../../../../src/report/html/pictures/probe-series.ts'
import { rows } from '../probe-rows.ts'

/** A run whose replies arrive in this order of sequences, a second apart. 0 is a missing reply. */
function arriving(order: readonly number[]): ProbeSeries {
  return collectProbes(
    rows(Math.max(...order) + 1, seq => {
      const place = order.indexOf(seq)
      return place < 0 ? { fate: 'lostUnknown' } : { fate: 'intact', rttMs: 1e6 + place * 1000 - seq }
    }),
  )
}

test('the example of RFC 4737 section 4.2.3: packet 4 of ten comes after 8, so its extent is 4', () => {
  expect(stragglers(arriving([1, 2, 3, 5, 6, 7, 8, 4, 9, 10]))).toEqual([{ timeMs: 4, extent: 4 }])
})

test('nothing is late in order, and clients are independent', () => {
  expect(stragglers(arriving([1, 2, 4, 7]))).toEqual([])
  const two = rows(4, seq => ({
    fate: 'intact',
    client: seq % 2,
    seq: Math.floor(seq / 2),
    rttMs: seq % 2 === 0 ? 50 : 1,
  }))
  expect(stragglers(collectProbes(two))).toEqual([])
})

test('agrees with the definition, which compares every pair', () => {
  fc.assert(
    fc.property(fc.shuffledSubarray(Array.from({ length: 40 }, (_, seq) => seq)), order => {
      if (order.length === 0) return
      const expected = order.flatMap((seq, place) => {
        const overtook = order.findIndex((other, at) => at < place && other > seq)
        return overtook < 0 ? [] : [{ timeMs: seq, extent: place - overtook }]
      })
      expect(stragglers(arriving(order))).toEqual(expected)
    }),
  )
})
