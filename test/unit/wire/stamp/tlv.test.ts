import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { TLV_TYPE, TlvCursor, tlvSize, writeTlvHeader } from '../../../../src/wire/stamp/tlv.ts'
import {
  readClassOfService,
  readDirectCount,
  readFollowUp,
  readTimestampInformation,
  writeClassOfService,
  writeDirectCount,
  writeFollowUp,
  writeTimestampInformation,
} from '../../../../src/wire/stamp/tlv-values.ts'
import { fromHex, inside, toHex } from '../golden.ts'

/** Flags, type, value or `malformed` of each TLV. */
function tlvsOf(hex: string): readonly (readonly [number, number, string])[] {
  const bytes = fromHex(`a5a5${hex}a5a5a5a5a5a5`)
  const cursor = new TlvCursor()
  const found: [number, number, string][] = []
  for (cursor.begin(bytes, 2, 2 + hex.length / 2); cursor.next();) {
    const value = toHex(bytes.subarray(cursor.value, cursor.value + cursor.length))
    found.push([cursor.flags, cursor.type, cursor.isMalformed ? 'malformed' : value])
  }
  return found
}

describe('TlvCursor', () => {
  test('moves over TLVs of any type, also empty ones', () => {
    expect(tlvsOf('8001000400000000c0f0000040fe0001ff')).toEqual([
      [0x80, 1, '00000000'],
      [0xc0, 240, ''],
      [0x40, 254, 'ff'],
    ])
    expect(tlvsOf('')).toEqual([])
  })

  test.each([
    ['a header of three octets', '800100', 0],
    ['a value that ends after the packet', '80010002aa', 1],
    ['a Timestamp Information of 5 octets', '800300050000000000', 3],
    ['a Class of Service of 3 octets', '80040003000000', 4],
    ['a Direct Measurement of 0 octets', '80050000', 5],
    ['a Follow-Up Telemetry of 12 octets', `8007000c${'00'.repeat(12)}`, 7],
    ['an HMAC of 32 octets', `80080020${'00'.repeat(32)}`, 8],
  ])('stops at %s', (_, hex, type) => {
    expect(tlvsOf(`80010000${hex}`)).toEqual([
      [0x80, 1, ''],
      [0x80, type, 'malformed'],
    ])
    if (hex.length > 8) expect(tlvsOf(`${hex}80010000`).at(0)?.at(2)).toMatch(/^(malformed|aa80)$/u)
  })

  test('stays inside the octets, and its TLVs cover them', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(60), (bytes, at) => {
        const cursor = new TlvCursor()
        let next = at
        for (cursor.begin(bytes, at, bytes.length); cursor.next();) {
          expect(cursor.at).toBe(next)
          next = cursor.isMalformed ? bytes.length : cursor.value + cursor.length
          expect(next).toBeLessThanOrEqual(bytes.length)
        }
        if (at <= bytes.length) expect(next).toBe(bytes.length)
      }),
      { numRuns: 20_000 },
    )
  })
})

test('a header has the flag U and the length of 4000 octets of payload', () => {
  expect(toHex(inside(4, (bytes, at) => void writeTlvHeader(bytes, at, TLV_TYPE.extraPadding, 4000 - 48)))).toBe(
    '80010f70',
  )
  expect([3, 4, 5, 7, 8].map(tlvSize)).toEqual([8, 8, 16, 20, 20])
})

describe('values', () => {
  const byte = fc.nat(255)
  const word = fc.nat(0xffffffff)

  test('Class of Service has its bits where RFC 8972 figure 10 has them', () => {
    const bits = { wanted: 0b101110, dscp: 0b011001, ecn: 0b10, policy: 0b01 }
    const hex = toHex(inside(4, (bytes, at) => writeClassOfService(bytes, at, bits)))
    expect(Number.parseInt(hex, 16).toString(2)).toBe(`1011100110011001${'0'.repeat(16)}`)
    const cos = fc.record({ wanted: fc.nat(63), dscp: fc.nat(63), ecn: fc.nat(3), policy: fc.nat(3) })
    fc.assert(
      fc.property(cos, value => {
        expect(
          readClassOfService(
            inside(4, (bytes, at) => writeClassOfService(bytes, at, value)),
            0,
          ),
        ).toEqual(value)
      }),
    )
  })

  test('Direct Measurement is that of the vector', () => {
    const bytes = inside(12, (bytes, at) => {
      writeDirectCount(bytes, at, 'sent', 5)
      writeDirectCount(bytes, at, 'received', 0x80000001)
      writeDirectCount(bytes, at, 'returned', 2 ** 32 + 7)
    })
    expect(toHex(bytes)).toBe('000000058000000100000007')
    expect((['sent', 'received', 'returned'] as const).map(count => readDirectCount(bytes, 0, count))).toEqual([
      5, 0x80000001, 7,
    ])
  })

  test('Timestamp Information and Follow-Up Telemetry are read as written', () => {
    const information = fc.record({ sourceIn: byte, methodIn: byte, sourceOut: byte, methodOut: byte })
    const moment = fc.record({ seconds: fc.integer({ min: 1, max: 4_000_000_000 }), nanos: fc.nat(999_999_999) })
    const followUp = fc.record({ sequence: word, moment, method: byte })
    fc.assert(
      fc.property(information, followUp, fc.constantFrom('ntp', 'ptp'), (first, second, format) => {
        const four = inside(4, (bytes, at) => writeTimestampInformation(bytes, at, first))
        expect(readTimestampInformation(four, 0)).toEqual(first)
        const sixteen = inside(16, (bytes, at) => writeFollowUp(bytes, at, format, second))
        expect(readFollowUp(sixteen, 0, format)).toEqual(second)
      }),
    )
    const empty = inside(16, (bytes, at) => writeFollowUp(bytes, at, 'ntp', { sequence: 0, method: 0 }))
    expect(toHex(empty)).toBe('00'.repeat(16))
    expect(readFollowUp(empty, 0, 'ntp')).toEqual({ sequence: 0, method: 0 })
  })
})
