import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { blank, isBlank, readHex, writeHex } from '../../../src/wire/hex.ts'
import { inside } from './golden.ts'

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text)
const written = (digits: number, value: number): string =>
  new TextDecoder().decode(inside(digits, (bytes, at) => writeHex(bytes, at, digits, value)))

describe('hex', () => {
  test('digits are upper case, big-endian, and only the low ones are kept', () => {
    expect(written(8, 0x1a2b3c)).toBe('001A2B3C')
    expect(written(2, 0x1a2b3c)).toBe('3C')
    expect(written(8, 2 ** 32 + 5)).toBe('00000005')
    expect(written(13, 2 ** 52 - 1)).toBe('FFFFFFFFFFFFF')
    expect(written(16, 2 ** 53)).toBe('0020000000000000')
    expect(written(0, 9)).toBe('')
  })

  test('what is written is read, modulo 16 to the number of digits', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.integer({ min: 1, max: 13 }), (value, digits) => {
        const bytes = inside(digits, (target, at) => writeHex(target, at, digits, value))
        expect(readHex(bytes, 0, digits)).toBe(Number(BigInt(value) % 16n ** BigInt(digits)))
      }),
    )
  })

  test('every byte that is no digit makes it malformed, lower case too', () => {
    for (let byte = 0; byte < 256; byte++) {
      const digit = '0123456789ABCDEF'.indexOf(String.fromCharCode(byte))
      expect(readHex(Uint8Array.of(byte), 0, 1)).toBe(digit)
      expect(readHex(Uint8Array.of(0x31, byte, 0x31), 0, 3)).toBe(digit < 0 ? -1 : 0x101 + 16 * digit)
    }
  })

  test('bytes that are not there are malformed and not blank', () => {
    expect(readHex(ascii('12'), 0, 3)).toBe(-1)
    expect(isBlank(ascii('--'), 0, 3)).toBe(false)
  })

  test('blank fills, and only all dashes are blank', () => {
    expect(new TextDecoder().decode(inside(5, (bytes, at) => blank(bytes, at, 5)))).toBe('-----')
    expect(isBlank(ascii('0-----0'), 1, 5)).toBe(true)
    expect(isBlank(ascii('0-----0'), 1, 6)).toBe(false)
    expect(isBlank(ascii('0'), 0, 0)).toBe(true)
  })
})
