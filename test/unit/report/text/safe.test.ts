import fc from 'fast-check'
import { expect, test } from 'vitest'
import { printable, printableDocument, printableJson } from '../../../../src/report/text/safe.ts'
import { HOSTILE, STEERING } from '../result-files.ts'

test.each([
  ['plain text, Größe, 東京 🙂', 'plain text, Größe, 東京 🙂'],
  ['a\u001b[31mred', 'a\\x1b[31mred'],
  ['two\nlines\r\n', 'two\\x0alines\\x0d\\x0a'],
  ['tab\tnul\0del\u007f', 'tab\\x09nul\\x00del\\x7f'],
  ['csi \u009b2J', 'csi \\x9b2J'],
  ['\u202etxt.exe\u202c', '\\u{202e}txt.exe\\u{202c}'],
  ['\u2066iso\u2069 \ufeffbom \u200bzero \u00adhyphen', '\\u{2066}iso\\u{2069} \\u{feff}bom \\u{200b}zero \\xadhyphen'],
  ['line\u2028paragraph\u2029', 'line\\u{2028}paragraph\\u{2029}'],
  ['lone \ud83d', 'lone \\u{d83d}'],
  ['tag \u{e0041}', 'tag \\u{e0041}'],
])('%j', (text, safe) => {
  expect(printable(text)).toBe(safe)
})

test('any text becomes printable, and a second pass changes nothing', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), text => {
      const safe = printable(text)
      expect(safe).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u)
      expect(printable(safe)).toBe(safe)
    }),
  )
})

test('a document keeps its structure', () => {
  const document = { name: HOSTILE, list: [1, HOSTILE, null, { [HOSTILE]: true }], none: undefined }
  const safe = printableDocument(document)
  expect(JSON.stringify(safe)).not.toMatch(STEERING)
  expect(safe.list).toHaveLength(4)
  expect(safe.list[0]).toBe(1)
  expect(document.name).toBe(HOSTILE)
})

test('JSON stays equal in printable characters', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), text => {
      const json = printableJson(JSON.stringify({ text: text + HOSTILE }, null, 2))
      expect(json).not.toMatch(STEERING)
      expect(JSON.parse(json)).toEqual({ text: text + HOSTILE })
    }),
  )
})
