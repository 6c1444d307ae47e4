import fc from 'fast-check'
import { expect, test } from 'vitest'
import { uppercase } from '../../../src/wire/uppercase.ts'
import { fromHex, GOLDEN, toHex } from './golden.ts'

const ALL = Uint8Array.from({ length: 256 }, (_, value) => value)

function naive(bytes: Uint8Array, from: number, to: number): Uint8Array {
  return bytes.map((byte, i) => (i >= from && i < to && byte >= 0x61 && byte <= 0x7a ? byte - 32 : byte))
}

test("every byte as Python's bytes.upper() has it, by words and by bytes", () => {
  const expected = fromHex(GOLDEN.uppercase)
  const words = ALL.slice()
  uppercase(words, 0, 256)
  expect(words).toEqual(expected)
  for (let value = 0; value < 256; value++) {
    const one = Uint8Array.of(value)
    uppercase(one, 0, 1)
    expect(one[0]).toBe(expected[value])
  }
})

test('every alignment and length, and nothing outside the range', () => {
  const letters = Uint8Array.from({ length: 140 }, (_, i) => 0x58 + ((i * 11) % 40))
  for (let alignment = 0; alignment < 8; alignment++) {
    for (let length = 0; length <= 132; length++) {
      const bytes = letters.slice().subarray(alignment >> 1)
      const expected = toHex(naive(bytes, alignment & 1, (alignment & 1) + length))
      uppercase(bytes, alignment & 1, (alignment & 1) + length)
      expect(toHex(bytes)).toBe(expected)
    }
  }
})

test('any bytes in any window of a buffer', () => {
  const any = fc.uint8Array({ minLength: 0, maxLength: 200 })
  fc.assert(
    fc.property(any, fc.nat(7), fc.nat(200), fc.nat(220), (content, offset, from, to) => {
      const around = new Uint8Array(content.length + 16).fill(0x61)
      around.set(content, offset)
      const window = around.subarray(offset, offset + content.length)
      uppercase(window, from, to)
      expect(window).toEqual(naive(content, from, to))
      expect([...around.subarray(0, offset), ...around.subarray(offset + content.length)]).toEqual(
        Array.from({ length: 16 }, () => 0x61),
      )
    }),
  )
})

test('a buffer whose length is no multiple of four', () => {
  for (const length of [65, 66, 67, 68]) {
    const bytes = new Uint8Array(length).fill(0x7a)
    uppercase(bytes, 0, length)
    expect(bytes.every(byte => byte === 0x5a)).toBe(true)
  }
})
