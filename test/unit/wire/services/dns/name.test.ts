import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Cursor } from '../../../../../src/wire/services/dns/cursor.ts'
import { encodeName, nameText } from '../../../../../src/wire/services/dns/name.ts'
import { toHex } from '../../golden.ts'

const label63 = 'x'.repeat(63)
/** 4 * 64 + 1 bytes would be 257; the longest has 255. */
const longest = [label63, label63, label63, 'y'.repeat(61)].join('.')

test.each([
  ['.', '00'],
  ['org', '036f726700'],
  ['org.', '036f726700'],
  ['A.b', '0141016200'],
  [String.raw`a\.b.c`, '03612e62016300'],
  [String.raw`\000\255\046`, '0300ff2e00'],
  [String.raw`a\\`, '02615c00'],
])('%s is %s', (text, hex) => {
  expect(toHex(encodeName(text) ?? new Uint8Array())).toBe(hex)
})

test('a label has 63 bytes and a name 255 at most', () => {
  expect(encodeName(longest)).toHaveLength(255)
  expect(encodeName(`${longest}.`)).toHaveLength(255)
  expect(encodeName(`${longest}y`)).toBeUndefined()
  expect(encodeName(`${label63}x.org`)).toBeUndefined()
})

test.each([
  '',
  '..',
  'a..b',
  '.a',
  'a..',
  'bücher.example',
  'a b',
  'a\n',
  'a\0',
  'a\\',
  String.raw`\25`,
  String.raw`\256`,
  'é',
])('%j is no name', text => {
  expect(encodeName(text)).toBeUndefined()
})

describe('text and bytes', () => {
  const label = fc.uint8Array({ minLength: 1, maxLength: 20 })

  test('any labels survive as text', () => {
    fc.assert(
      fc.property(fc.array(label, { maxLength: 12 }), labels => {
        const text = nameText(labels)
        const bytes = encodeName(text)
        expect(new Cursor(bytes ?? new Uint8Array()).labels()).toEqual(labels)
        expect(text).toMatch(/^[\u0021-\u007e]+$/u)
      }),
    )
  })

  test('any text is a name or none, and never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[a.\\0-9]*$/u)), text => {
        const bytes = encodeName(text)
        if (bytes === undefined) return
        expect(encodeName(nameText(new Cursor(bytes).labels()))).toEqual(bytes)
      }),
    )
  })
})
