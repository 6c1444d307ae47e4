import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nearestProduct, splitQuantity, wholeProduct } from '../../../src/base/quantity.ts'

test('splitQuantity', () => {
  expect(splitQuantity('1.5k')).toEqual({ digits: '1.5', unit: 'k' })
  expect(splitQuantity('38.1 ms')).toEqual({ digits: '38.1', unit: 'ms' })
  expect(splitQuantity('.5')).toEqual({ digits: '.5', unit: '' })
  expect(['', 'k', '-1', '+1', '1.', '1 2', '9'.repeat(21)].map(splitQuantity).map(split => split?.unit)).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
    '.',
    undefined,
    undefined,
  ])
})

test('products are exact where binary fractions are not', () => {
  expect(1.005 * 1000).not.toBe(1005)
  expect(wholeProduct('1.005', 1000)).toBe(1005)
  expect(wholeProduct('.5', 1000)).toBe(500)
  expect(wholeProduct('1.5', 1)).toBeUndefined()
  expect(nearestProduct('1.5', 1)).toBe(1.5)
})

test('a number of thousandths times 1000 is that number', () => {
  fc.assert(
    fc.property(fc.nat(), thousandths => {
      const digits = String(thousandths)
        .padStart(4, '0')
        .replace(/(\d{3})$/u, '.$1')
      expect(wholeProduct(digits, 1000)).toBe(thousandths)
    }),
  )
})
