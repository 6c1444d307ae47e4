import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatRate, parseRate } from '../../../src/base/rate.ts'
import { attempt, refused } from '../../helpers/refused.ts'
import { typedText } from '../../helpers/typed-text.ts'

test.each([
  ['10Mbit', 'bits', 10e6],
  ['10Mbps', 'bits', 10e6],
  ['10mbps', 'bits', 10e6],
  ['10Mbit/s', 'bits', 10e6],
  ['10 Mbit/s', 'bits', 10e6],
  ['1Gbit', 'bits', 1e9],
  ['500kbit', 'bits', 500e3],
  ['4.1kbit', 'bits', 4100],
  ['800bit', 'bits', 800],
  ['100pps', 'packets', 100],
  ['10kpps', 'packets', 10e3],
  ['1Mpps', 'packets', 1e6],
  ['0.5pps', 'packets', 0.5],
])('%s', (text, unit, perSecond) => {
  expect(parseRate(text, '--rate')).toEqual({ unit, perSecond })
})

test.each([
  ['10', '--rate cannot be "10": the unit is missing (write 10Mbit or 10pps)'],
  [10, '--rate cannot be 10: the unit is missing (write 10Mbit or 10pps)'],
  ['10M', '--rate cannot be "10M": the unit is missing (write 10Mbit or 10Mpps)'],
  ['0pps', '--rate cannot be "0pps": at that rate nothing is ever sent (write 10Mbit or 100pps)'],
  ['-1pps', '--rate cannot be "-1pps": a rate is not negative (write 10Mbit or 100pps)'],
  ['10MBps', '--rate cannot be "10MBps": a rate counts bits, not bytes (write 10Mbit or 100pps)'],
  ['10MB/s', '--rate cannot be "10MB/s": a rate counts bits, not bytes (write 10Mbit or 100pps)'],
  ['10MiB', '--rate cannot be "10MiB": a rate counts bits, not bytes (write 10Mbit or 100pps)'],
  ['10qps', '--rate cannot be "10qps": "qps" is not a unit of rate (write 10Mbit or 100pps)'],
  ['fast', '--rate cannot be "fast": it is not a number with a unit of rate (write 10Mbit or 100pps)'],
])('%s is refused', (text, message) => {
  expect(refused(() => parseRate(text, '--rate'))).toBe(message)
})

test('formatRate', () => {
  expect(formatRate({ unit: 'bits', perSecond: 10e6 })).toBe('10 Mbit/s')
  expect(formatRate({ unit: 'bits', perSecond: 9.8765e9 })).toBe('9.88 Gbit/s')
  expect(formatRate({ unit: 'bits', perSecond: 999_999 })).toBe('1.00 Mbit/s')
  expect(formatRate({ unit: 'packets', perSecond: 100 })).toBe('100 pps')
  expect(formatRate({ unit: 'packets', perSecond: 0.5 })).toBe('0.500 pps')
})

test('what formatRate writes, parseRate reads, within rounding', () => {
  const unit = fc.constantFrom<'bits' | 'packets'>('bits', 'packets')
  fc.assert(
    fc.property(unit, fc.double({ min: 1e-3, max: 1e13, noNaN: true }), (kind, perSecond) => {
      const read = parseRate(formatRate({ unit: kind, perSecond }), 'rate')
      expect(read.unit).toBe(kind)
      expect(Math.abs(read.perSecond / perSecond - 1)).toBeLessThan(0.005001)
    }),
  )
})

test('any text gives a positive rate or a usage error', () => {
  fc.assert(
    fc.property(fc.oneof(typedText, fc.double()), text => {
      const outcome = attempt(() => parseRate(text, 'rate'))
      if ('value' in outcome) expect(outcome.value.perSecond).toBeGreaterThan(0)
    }),
  )
})
