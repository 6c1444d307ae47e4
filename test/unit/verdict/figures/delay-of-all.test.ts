import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LogHistogram } from '../../../../src/ledger/histogram.ts'
import { Samples } from '../../../../src/ledger/samples.ts'
import { delayOfAll } from '../../../../src/verdict/figures/delay-of-all.ts'

function samples(delays: readonly number[]): Samples {
  const statistic = new Samples()
  for (const delay of delays) statistic.push(delay)
  return statistic
}

/** By definition: the smallest value that this share of all probes does not exceed, the lost ones at infinity. */
function naive(delays: readonly number[], lost: number, thousandths: number): number {
  const all = [...delays, ...Array.from({ length: lost }, () => Infinity)].toSorted((a, b) => (a < b ? -1 : 1))
  return all.find((_, index) => (index + 1) * 1000 >= thousandths * all.length) ?? NaN
}

const ORDER = { p50: 500, p90: 900, p95: 950, p99: 990, p999: 999, max: 1000 }

test.each(Object.entries(ORDER))('%s counts lost probes as infinite', (figure, thousandths) => {
  fc.assert(
    fc.property(fc.array(fc.nat(1000), { minLength: 1, maxLength: 60 }), fc.nat(60), (delays, lost) => {
      const found = delayOfAll(samples(delays), figure, delays.length + lost)
      expect(found).toBe(naive(delays, lost, thousandths))
    }),
  )
})

test('a histogram is infinite if the exact samples are', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(250), { minLength: 1, maxLength: 40 }), fc.nat(40), (delays, lost) => {
      const histogram = new LogHistogram()
      for (const delay of delays) histogram.push(delay)
      for (const figure of Object.keys(ORDER)) {
        const probes = delays.length + lost
        expect(delayOfAll(histogram, figure, probes)).toBe(delayOfAll(samples(delays), figure, probes))
      }
    }),
  )
})

describe('figures of the finite delays', () => {
  test('the minimum is that of the replies', () => {
    expect(delayOfAll(samples([3]), 'min', 100)).toBe(3)
  })

  test('mean and standard deviation need a majority', () => {
    expect(delayOfAll(samples([3, 5]), 'mean', 4)).toBe(4)
    expect(delayOfAll(samples([3, 5]), 'mean', 5)).toBe(Infinity)
    expect(delayOfAll(samples([3, 5]), 'stddev', 5)).toBe(Infinity)
  })

  test('without a sample there is none', () => {
    for (const figure of ['min', 'mean', 'stddev', ...Object.keys(ORDER)]) {
      expect(delayOfAll(new Samples(), figure, 7)).toBeUndefined()
    }
  })
})
