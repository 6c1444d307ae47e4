import { crc32 as zlibCrc32 } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { crc32 } from '../../../src/wire/crc32.ts'
import { GOLDEN } from './golden.ts'

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text)

/** One bit at a time, as the definition says. */
function naive(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  }
  return ~crc >>> 0
}

test('the check value of the catalogue', () => {
  expect(crc32(ascii('123456789'), 0, 9)).toBe(0xcbf43926)
})

test("Python's zlib says the same", () => {
  for (const [text, value] of Object.entries(GOLDEN.crc32)) expect(crc32(ascii(text), 0, text.length)).toBe(value)
})

test('any range of any bytes, and in two parts', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), fc.nat(80), fc.nat(80), (bytes, a, b) => {
      const from = Math.min(a, bytes.length)
      const middle = Math.min(Math.max(b, from), bytes.length)
      const whole = crc32(bytes, from, bytes.length)
      expect(whole).toBe(naive(bytes.subarray(from)))
      expect(crc32(bytes, middle, bytes.length, crc32(bytes, from, middle))).toBe(whole)
    }),
  )
})

test('an empty range gives the seed back', () => {
  expect(crc32(ascii('abc'), 2, 2)).toBe(0)
  expect(crc32(ascii('abc'), 2, 2, 0xcbf43926)).toBe(0xcbf43926)
})

// Node 20 before 20.15 has no crc32 in zlib.
test.runIf(typeof zlibCrc32 === 'function')("Node's zlib says the same of a long one", () => {
  const bytes = Uint8Array.from({ length: 65_507 }, (_, i) => (i * 7919) >>> 3)
  expect(crc32(bytes, 0, bytes.length)).toBe(zlibCrc32(bytes))
})
