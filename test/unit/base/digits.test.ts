import fc from 'fast-check'
import { expect, test } from 'vitest'
import { threeDigits } from '../../../src/base/digits.ts'

test.each([
  [0, '0'],
  [-0, '0'],
  [20, '20'],
  [999, '999'],
  [20.04, '20.0'],
  [1.5, '1.50'],
  [0.041666, '0.0417'],
  [999.6, '1000'],
  [12_345, '12300'],
  [1e-7, '0.000000100'],
  [1.2345e22, '12300000000000000000000'],
  [-1.234, '-1.23'],
  [NaN, 'NaN'],
])('%d', (value, text) => {
  expect(threeDigits(value)).toBe(text)
})

test('within half of the third digit, without an exponent', () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-12, max: 1e20, noNaN: true }), value => {
      const text = threeDigits(value)
      expect(text).toMatch(/^\d+(?:\.\d+)?$/u)
      expect(Math.abs(Number(text) / value - 1)).toBeLessThan(0.005001)
    }),
  )
})
