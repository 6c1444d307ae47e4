import fc from 'fast-check'
import { expect, test } from 'vitest'
import { quoted } from '../../../src/base/quoted.ts'

test.each([
  ['plain', '"plain"'],
  [4000, '4000'],
  ['say "hi" \\ bye', '"say \\"hi\\" \\\\ bye"'],
  ['\u001b[2J\n', '"\\x1b[2J\\x0a"'],
  ['a\u202eb', '"a\\u{202e}b"'],
  ['grüße 🎉', '"grüße 🎉"'],
  ['x'.repeat(60), `"${'x'.repeat(60)}"`],
  ['x'.repeat(61), `"${'x'.repeat(60)}…"`],
  ['🎉'.repeat(200), `"${'🎉'.repeat(60)}…"`],
])('%j', (value, expected) => {
  expect(quoted(value)).toBe(expected)
})

test('nothing that could steer a terminal', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), value => {
      expect(quoted(value)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u)
    }),
  )
})
