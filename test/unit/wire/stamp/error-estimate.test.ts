import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  errorEstimate,
  errorSeconds,
  formatOf,
  isSynchronized,
  isValidEstimate,
} from '../../../../src/wire/stamp/error-estimate.ts'

test.each([
  [1e-6, 0x0587],
  [50e-6, 0x0ad2],
  [1e-3, 0x0f84],
  [1, 0x1980],
])('%d s is encoded with the smallest scale', (error, estimate) => {
  expect(errorEstimate(false, 'ntp', error)).toBe(estimate)
  expect(errorEstimate(true, 'ntp', error)).toBe(estimate | 0x8000)
  expect(errorEstimate(true, 'ptp', error)).toBe(estimate | 0xc000)
})

test('is never less than the error, and at most a 128th more', () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-7, max: 1e6, noNaN: true }), error => {
      const read = errorSeconds(errorEstimate(false, 'ntp', error))
      expect(read).toBeGreaterThanOrEqual(error)
      expect(read).toBeLessThanOrEqual(error * (1 + 1 / 127))
    }),
  )
})

test('never has the forbidden multiplier 0, and ends with the largest scale', () => {
  expect(errorEstimate(false, 'ntp', 1e-12)).toBe(1)
  expect(errorEstimate(false, 'ntp', 0)).toBe(1)
  expect(errorEstimate(false, 'ntp', 1e300)).toBe(0x3fff)
  expect(isValidEstimate(0x3f00)).toBe(false)
  expect(isValidEstimate(0x3f01)).toBe(true)
})

test('reads S and Z', () => {
  expect([0x0001, 0x4001, 0x8001, 0xc001].map(estimate => [isSynchronized(estimate), formatOf(estimate)])).toEqual([
    [false, 'ntp'],
    [false, 'ptp'],
    [true, 'ntp'],
    [true, 'ptp'],
  ])
})
