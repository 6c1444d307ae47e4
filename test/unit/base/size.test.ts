import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatSize, parseSize } from '../../../src/base/size.ts'
import { attempt, refused } from '../../helpers/refused.ts'
import { typedText } from '../../helpers/typed-text.ts'

test.each([
  ['4000', 4000],
  [4000, 4000],
  ['0', 0],
  [' 12 ', 12],
  ['4k', 4000],
  ['4K', 4000],
  ['4kB', 4000],
  ['4KiB', 4096],
  ['4Ki', 4096],
  ['4.1k', 4100],
  ['.5k', 500],
  ['1.5KiB', 1536],
  ['4M', 4_000_000],
  ['4MB', 4_000_000],
  ['4Mi', 4 * 2 ** 20],
  ['4MiB', 4 * 2 ** 20],
  ['1G', 1e9],
  ['1GiB', 2 ** 30],
  ['12 B', 12],
])('%s is %d bytes', (text, bytes) => {
  expect(parseSize(text, '--size')).toBe(bytes)
})

test.each([
  ['4q', '--size cannot be "4q": "q" is not a unit of size (write 4000 or 4KiB)'],
  ['', '--size cannot be "": it is not a number of bytes (write 4000 or 4KiB)'],
  ['abc', '--size cannot be "abc": it is not a number of bytes (write 4000 or 4KiB)'],
  ['-1', '--size cannot be "-1": a size is not negative (write 4000 or 4KiB)'],
  [-1, '--size cannot be -1: a size is not negative (write 4000 or 4KiB)'],
  ['1.5', '--size cannot be "1.5": it is not a whole number of bytes (write 4000 or 4KiB)'],
  ['1e3', '--size cannot be "1e3": it is not a number of bytes (write 4000 or 4KiB)'],
  ['0x10', '--size cannot be "0x10": it is not a number of bytes (write 4000 or 4KiB)'],
  ['4k5', '--size cannot be "4k5": it is not a number of bytes (write 4000 or 4KiB)'],
  [NaN, '--size cannot be NaN: it is not a number of bytes (write 4000 or 4KiB)'],
  ['99999999999G', '--size cannot be "99999999999G": it is too large (write 4000 or 4KiB)'],
])('%s is refused', (text, message) => {
  expect(refused(() => parseSize(text, '--size'))).toBe(message)
})

test('formatSize', () => {
  expect([0, 65_507, 99_999, 212_992, 999_499, 999_500, 6_291_456, 999_499_999, 2e9].map(formatSize)).toEqual([
    '0 B',
    '65507 B',
    '99999 B',
    '213 kB',
    '999 kB',
    '1.00 MB',
    '6.29 MB',
    '999 MB',
    '2 GB',
  ])
})

test('what formatSize writes, parseSize reads, exactly below 100 000', () => {
  fc.assert(
    fc.property(fc.nat({ max: 2 ** 40 }), bytes => {
      const read = parseSize(formatSize(bytes), 'size')
      if (bytes < 100_000) expect(read).toBe(bytes)
      else expect(Math.abs(read / bytes - 1)).toBeLessThan(0.005001)
    }),
  )
})

test('any text gives whole, non-negative bytes or a usage error', () => {
  fc.assert(
    fc.property(fc.oneof(typedText, fc.double()), text => {
      const outcome = attempt(() => parseSize(text, 'size'))
      if ('value' in outcome) expect(Number.isSafeInteger(outcome.value) && outcome.value >= 0).toBe(true)
    }),
  )
})
