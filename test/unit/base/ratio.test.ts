import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatRatio, parseRatio } from '../../../src/base/ratio.ts'
import { attempt, refused } from '../../helpers/refused.ts'
import { typedText } from '../../helpers/typed-text.ts'

test.each([
  ['5%', 0.05],
  ['5 %', 0.05],
  ['0.05', 0.05],
  [0.05, 0.05],
  ['33.3%', 0.333],
  ['0%', 0],
  ['100%', 1],
  [1, 1],
])('%s is %d', (text, ratio) => {
  expect(parseRatio(text, '--tolerance')).toBe(ratio)
})

test.each([
  ['5', '--tolerance cannot be "5": a ratio without % is at most 1 (did you mean 5%?)'],
  [5, '--tolerance cannot be 5: a ratio without % is at most 1 (did you mean 5%?)'],
  ['500', '--tolerance cannot be "500": a ratio without % is at most 1 (write 5% or 0.05)'],
  ['101%', '--tolerance cannot be "101%": a ratio is at most 100% (write 5% or 0.05)'],
  ['-5%', '--tolerance cannot be "-5%": a ratio is not negative (write 5% or 0.05)'],
  ['5ms', '--tolerance cannot be "5ms": "ms" is not a unit of a ratio (write 5% or 0.05)'],
  ['half', '--tolerance cannot be "half": it is not a ratio (write 5% or 0.05)'],
])('%s is refused', (text, message) => {
  expect(refused(() => parseRatio(text, '--tolerance'))).toBe(message)
})

test('formatRatio', () => {
  expect([0, 0.05, 0.000417, 1 / 3, 0.99996, 1].map(formatRatio)).toEqual([
    '0%',
    '5%',
    '0.0417%',
    '33.3%',
    '99.9%',
    '100%',
  ])
})

test('a percentage equals the quotient of the same counts to the last bit', () => {
  fc.assert(
    fc.property(fc.nat({ max: 10_000 }), hundredths => {
      expect(parseRatio(`${(hundredths / 100).toFixed(2)}%`, 'ratio')).toBe(hundredths / 10_000)
    }),
  )
})

test('what formatRatio writes, parseRatio reads, within rounding; only all is 100%', () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-15, max: 1, noNaN: true }), ratio => {
      const text = formatRatio(ratio)
      expect(Math.abs(parseRatio(text, 'ratio') / ratio - 1)).toBeLessThan(0.005001)
      expect(text === '100%').toBe(ratio === 1)
    }),
  )
})

test('any text gives a ratio or a usage error', () => {
  fc.assert(
    fc.property(fc.oneof(typedText, fc.double()), text => {
      const outcome = attempt(() => parseRatio(text, 'ratio'))
      if ('value' in outcome) expect(outcome.value >= 0 && outcome.value <= 1).toBe(true)
    }),
  )
})
