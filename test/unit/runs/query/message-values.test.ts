import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseBase64, parseHex, parseText } from '../../../../src/runs/query/message-values.ts'
import { refused } from '../../../helpers/refused.ts'

const bytes = fc.uint8Array({ maxLength: 200 })

describe('messages are read back as the bytes that Node wrote', () => {
  test('hex, in either case, with spaces, colons and 0x', () => {
    fc.assert(
      fc.property(bytes, fc.constantFrom('', ' ', ':'), fc.boolean(), (given, separator, isUpper) => {
        const pairs = Buffer.from(given).toString('hex').match(/../gu) ?? []
        const text = pairs.join(separator)
        expect(parseHex(isUpper ? text.toUpperCase() : text, '--send-hex')).toEqual(given)
        expect(parseHex(`0x${text}`, '--send-hex')).toEqual(given)
      }),
    )
  })

  test('base64', () => {
    fc.assert(
      fc.property(bytes, given => {
        expect(parseBase64(Buffer.from(given).toString('base64'), '--send-base64')).toEqual(given)
      }),
    )
  })

  test('text, in UTF-8', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), given => {
        expect(Buffer.from(parseText(given, '--send')).toString('utf8')).toBe(given)
      }),
    )
  })
})

test.each([
  ['abc', '--send-hex cannot be "abc": it has 3 digits, an odd number (write two digits for each byte: 0a, not a)'],
  ['0g', '--send-hex cannot be "0g": "g" is no hexadecimal digit (write two digits for each byte: 68656c6c6f)'],
])('--send-hex %s', (text, error) => {
  expect(refused(() => parseHex(text, '--send-hex'))).toBe(error)
})

test.each([
  ['aGVsbG8', '--send-base64 cannot be "aGVsbG8": it is not base64 (did you mean aGVsbG8=?)'],
  ['_-8=', '--send-base64 cannot be "_-8=": it is not base64 (did you mean /+8=?)'],
  ['a', '--send-base64 cannot be "a": it is not base64 (write base64 with its padding: aGVsbG8=)'],
])('--send-base64 %s', (text, error) => {
  expect(refused(() => parseBase64(text, '--send-base64'))).toBe(error)
})

test('a message is at most as long as a datagram can be', () => {
  expect(parseText('x'.repeat(65_527), '--send')).toHaveLength(65_527)
  expect(refused(() => parseText('x'.repeat(65_528), '--send'))).toContain('--send has 65528 bytes')
})
