import fc from 'fast-check'
import { expect, test } from 'vitest'
import { endsInsideCharacter, isUtf8, utf8Length } from '../../../src/base/utf8.ts'

/** Bytes among which beginnings, continuations and limits of UTF-8 are frequent. */
const bytes = fc
  .array(
    fc.oneof(
      fc.integer({ min: 0, max: 255 }),
      fc.constantFrom(0x7f, 0x80, 0x9f, 0xa0, 0xbf, 0xc1, 0xe0, 0xed, 0xf0, 0xf4),
    ),
  )
  .map(list => Uint8Array.from(list))

function decodes(piece: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(piece)
    return true
  } catch {
    return false
  }
}

test('bytes are UTF-8 where the decoder of the platform says so', () => {
  fc.assert(
    fc.property(bytes, piece => {
      expect(isUtf8(piece)).toBe(decodes(piece))
    }),
    { numRuns: 5000 },
  )
})

test('each character of each length is found whole, and unfinished without its last byte', () => {
  for (const [character, length] of [
    ['a', 1],
    ['ü', 2],
    ['€', 3],
    ['\u{D7FF}', 3],
    ['🙂', 4],
    ['\u{10FFFF}', 4],
  ] as const) {
    const whole = new TextEncoder().encode(character)
    expect(utf8Length(whole, 0)).toBe(length)
    expect(endsInsideCharacter(whole)).toBe(false)
    for (let cut = 1; cut < length; cut++) expect(endsInsideCharacter(whole.subarray(0, cut))).toBe(true)
  }
})

test('what can be no beginning of a character is none', () => {
  for (const wrong of [[0x80], [0xc0, 0x80], [0xe0, 0x80], [0xed, 0xa0], [0xf4, 0x90], [0xff], [0x61, 0xbf], []])
    expect(endsInsideCharacter(Uint8Array.from(wrong))).toBe(false)
})
