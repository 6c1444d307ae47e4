import { expect, test } from 'vitest'
import { equalBytes, hexText } from '../../../src/base/bytes.ts'

test.each([
  { one: [], other: [], equal: true },
  { one: [0, 255], other: [0, 255], equal: true },
  { one: [0, 255], other: [0, 254], equal: false },
  { one: [0], other: [0, 0], equal: false },
  { one: [0, 0], other: [0], equal: false },
])('$one and $other are equal: $equal', ({ one, other, equal }) => {
  expect(equalBytes(Uint8Array.from(one), Uint8Array.from(other))).toBe(equal)
  expect(equalBytes(one, other)).toBe(equal)
})

test('hexadecimal digits are those of Buffer', () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, value) => value)
  expect(hexText(bytes)).toBe(Buffer.from(bytes).toString('hex'))
  expect(hexText([])).toBe('')
})
