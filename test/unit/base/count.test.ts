import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseCount } from '../../../src/base/count.ts'
import { attempt, refused } from '../../helpers/refused.ts'
import { typedText } from '../../helpers/typed-text.ts'

test.each([
  ['250', 250],
  [250, 250],
  ['0', 0],
  ['10k', 10_000],
  ['1.5k', 1500],
  ['2M', 2_000_000],
])('%s is %d', (text, count) => {
  expect(parseCount(text, '--count')).toBe(count)
})

test('a range may reach below zero', () => {
  expect(parseCount('-3', '--offset', { min: -5 })).toBe(-3)
})

test.each([
  ['ten', {}, '--count cannot be "ten": it is not a whole number (write 10 or 10k)'],
  ['1e6', {}, '--count cannot be "1e6": it is not a whole number (write 10 or 10k)'],
  ['1_000', {}, '--count cannot be "1_000": it is not a whole number (write 10 or 10k)'],
  ['2.5', {}, '--count cannot be "2.5": it is not a whole number (write 10 or 10k)'],
  ['', {}, '--count cannot be "": it is not a whole number (write 10 or 10k)'],
  ['-1', {}, '--count cannot be "-1": the least is 0 (write 10 or 10k)'],
  ['0', { min: 1 }, '--count cannot be "0": the least is 1 (write 10 or 10k)'],
  ['300', { max: 255 }, '--count cannot be "300": the most is 255 (write a number from 0 to 255)'],
  [
    '9007199254740992',
    {},
    '--count cannot be "9007199254740992": the most is 9007199254740991 (write a number from 0 to 9007199254740991)',
  ],
  [
    '1'.repeat(21),
    {},
    '--count cannot be "111111111111111111111": the most is 9007199254740991 (write a number from 0 to 9007199254740991)',
  ],
  ['0', { min: 1, max: 1 }, '--count cannot be "0": the least is 1 (write 1)'],
])('%s in %j is refused', (text, range, message) => {
  expect(refused(() => parseCount(text, '--count', range))).toBe(message)
})

test('any text gives a whole number in range or a usage error', () => {
  fc.assert(
    fc.property(fc.oneof(typedText, fc.double()), fc.nat(5), fc.integer({ min: 5, max: 70_000 }), (text, min, max) => {
      const outcome = attempt(() => parseCount(text, 'count', { min, max }))
      if ('value' in outcome) expect(outcome.value >= min && outcome.value <= max).toBe(true)
    }),
  )
})
