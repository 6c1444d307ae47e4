import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SurrogateEscape, unescapeSurrogates } from '../../../../src/cli/output/surrogate-escape.ts'

test('any bytes in any pieces can be decoded from their text', () => {
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 6 }),
    fc.string({ unit: 'grapheme', maxLength: 3 }).map(text => new TextEncoder().encode(text)),
  )
  fc.assert(
    fc.property(fc.array(piece), pieces => {
      const escape = new SurrogateEscape()
      const text = pieces.map(one => escape.push(one)).join('') + escape.end()
      expect(Buffer.from(unescapeSurrogates(text)).equals(Buffer.concat(pieces))).toBe(true)
    }),
    { numRuns: 2000 },
  )
})

test('text stays text in any pieces; other bytes are as in PEP 383; line separators are escaped', () => {
  const bytes = new TextEncoder().encode('aü€🙂')
  const escape = new SurrogateEscape()
  expect(Array.from(bytes, byte => escape.push(Uint8Array.of(byte))).join('')).toBe('aü€🙂')
  expect(escape.push(Uint8Array.of(0xfe))).toBe('\uDCFE')
  expect(escape.push(new TextEncoder().encode('\u2028'))).toBe('\uDCE2\uDC80\uDCA8')
})
