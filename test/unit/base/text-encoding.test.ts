import { describe, expect, test } from 'vitest'
import { decodeLines, decodeText } from '../../../src/base/text-encoding.ts'
import { refused } from '../../helpers/refused.ts'

const TEXT = 'ä\n{"a": "🧪"}\r\n'

/** What `iconv` would write. */
function encoded(text: string, encoding: 'utf8' | 'utf16le' | 'utf16be', mark: readonly number[] = []): Uint8Array {
  const bytes = Buffer.from(text, encoding === 'utf16be' ? 'utf16le' : encoding)
  if (encoding === 'utf16be') bytes.swap16()
  return Buffer.concat([Uint8Array.from(mark), bytes])
}

const RIGHT: readonly (readonly [string, Uint8Array])[] = [
  ['UTF-8', encoded(TEXT, 'utf8')],
  ['UTF-8 with a mark', encoded(TEXT, 'utf8', [0xef, 0xbb, 0xbf])],
  ['UTF-16, little endian', encoded(TEXT, 'utf16le', [0xff, 0xfe])],
  ['UTF-16, big endian', encoded(TEXT, 'utf16be', [0xfe, 0xff])],
]

describe.each(RIGHT)('%s', (_, bytes) => {
  test('is its text', () => expect(decodeText(bytes, 'f')).toBe(TEXT))
  test('is its lines', () => expect([...decodeLines(bytes, 'f')]).toEqual(TEXT.split('\n')))
})

test('nothing is nothing', () => {
  expect(decodeText(new Uint8Array(0), 'f')).toBe('')
  expect(decodeText(Uint8Array.of(0xef, 0xbb, 0xbf), 'f')).toBe('')
})

describe('anything else is named, with the place of the first wrong byte', () => {
  test.each([
    ['a byte that begins nothing', [0x61, 0x0a, 0x62, 0xff], /^f:2:2: this is not UTF-8/u],
    ['a character that is cut', [0x61, 0xc3], /^f:1:2: this is not UTF-8/u],
    ['half a surrogate pair', [0xed, 0xa0, 0x80], /^f:1:1: this is not UTF-8/u],
    ['behind a character of two units', [0xf0, 0x9f, 0xa7, 0xaa, 0xff], /^f:1:3: this is not UTF-8/u],
    ['behind a replacement character', [0xef, 0xbf, 0xbd, 0xff], /^f:1:2: this is not UTF-8/u],
    ['UTF-16 without a mark', [0x7b, 0, 0x7d, 0], /^f looks like UTF-16 without a byte order mark/u],
    ['the same, big endian', [0, 0x7b, 0, 0x7d], /^f looks like UTF-16 without a byte order mark/u],
    ['UTF-16 that ends inside of a unit', [0xff, 0xfe, 0x61], /^f is not valid UTF-16/u],
    ['half a surrogate pair in UTF-16', [0xff, 0xfe, 0x00, 0xd8], /^f is not valid UTF-16/u],
    ['UTF-32', [0xff, 0xfe, 0, 0, 0x61, 0, 0, 0], /^f is UTF-32/u],
  ])('%s', (_, bytes, told) => {
    expect(refused(() => decodeText(Uint8Array.from(bytes), 'f'))).toMatch(told)
    expect(refused(() => [...decodeLines(Uint8Array.from(bytes), 'f')])).toMatch(told)
  })
})
