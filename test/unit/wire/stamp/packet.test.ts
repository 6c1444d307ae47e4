import { describe, expect, test } from 'vitest'
import { writeUint32 } from '../../../../src/wire/big-endian.ts'
import { checkTlvs, hasRightBaseMac, writeBaseMac, writeTlvMac } from '../../../../src/wire/stamp/integrity.ts'
import {
  AUTHENTICATED_SIZE,
  BASE_SIZE,
  layoutOf,
  readSenderSequence,
  readSsid,
  reflect,
  writeRequest,
  type Layout,
} from '../../../../src/wire/stamp/packet.ts'
import { fromHex, inside, toHex } from '../golden.ts'
import { hmacSha256, KEY, REFLECTION, REQUEST, VECTORS } from './vectors.ts'

const OPEN = layoutOf(false)
const AUTHENTICATED = layoutOf(true)
const MAC = hmacSha256(KEY)

describe('writeRequest', () => {
  test('writes the base packet of the vector', () => {
    expect(toHex(inside(BASE_SIZE, (bytes, at) => writeRequest(bytes, at, BASE_SIZE, OPEN, REQUEST)))).toBe(
      toHex(VECTORS.request),
    )
  })

  test('writes the beginning of it for TWAMP-Light', () => {
    for (let size = 0; size <= BASE_SIZE; size++)
      expect(toHex(inside(size, (bytes, at) => writeRequest(bytes, at, size, OPEN, REQUEST)))).toBe(
        toHex(VECTORS.request.subarray(0, size)),
      )
  })

  test('writes the authenticated packet whose HMAC Python computed', () => {
    const bytes = inside(AUTHENTICATED_SIZE, (bytes, at) => {
      writeRequest(bytes, at, AUTHENTICATED_SIZE, AUTHENTICATED, REQUEST)
      writeBaseMac(bytes, at, AUTHENTICATED, MAC)
    })
    expect(toHex(bytes.subarray(96))).toBe(VECTORS.requestMac)
    expect(toHex(bytes.subarray(0, 28))).toBe(`00000001${'00'.repeat(12)}e93c7f001f9add3700010000`)
  })

  test('writes the SSID', () => {
    for (const layout of [OPEN, AUTHENTICATED]) {
      const bytes = inside(layout.size, (bytes, at) =>
        writeRequest(bytes, at, layout.size, layout, { ...REQUEST, ssid: 0xbeef }),
      )
      expect(readSsid(bytes, 0, layout)).toBe(0xbeef)
    }
  })
})

describe('reflect', () => {
  test('makes the reply of the vector', () => {
    expect(toHex(inside(BASE_SIZE, (bytes, at) => reflectVector(bytes, at, OPEN), VECTORS.request))).toBe(
      toHex(VECTORS.reply),
    )
  })

  test('makes the authenticated reply whose HMAC Python computed', () => {
    const bytes = inside(AUTHENTICATED_SIZE, (bytes, at) => {
      writeRequest(bytes, at, AUTHENTICATED_SIZE, AUTHENTICATED, REQUEST)
      reflectVector(bytes, at, AUTHENTICATED)
      writeBaseMac(bytes, at, AUTHENTICATED, MAC)
    })
    expect(toHex(bytes.subarray(96))).toBe(VECTORS.replyMac)
    expect(hasRightBaseMac(bytes, 0, AUTHENTICATED, MAC)).toBe(true)
    expect(readSenderSequence(bytes, 0, AUTHENTICATED)).toBe(1)
  })

  test('clears what must be zero, whatever the request had there', () => {
    const request = Uint8Array.from(VECTORS.request)
    request.fill(0xff, 16)
    expect(toHex(inside(BASE_SIZE, (bytes, at) => reflectVector(bytes, at, OPEN), request))).toBe(toHex(VECTORS.reply))
  })
})

describe('HMAC', () => {
  test('covers what a sender wrote into octets that must be zero', () => {
    const bytes = new Uint8Array(AUTHENTICATED_SIZE).fill(0x5a)
    writeBaseMac(bytes, 0, AUTHENTICATED, MAC)
    expect(hasRightBaseMac(bytes, 0, AUTHENTICATED, MAC)).toBe(true)
    for (let at = 0; at < AUTHENTICATED_SIZE; at++) {
      const changed = Uint8Array.from(bytes)
      changed[at] = 0x5b
      expect(hasRightBaseMac(changed, 0, AUTHENTICATED, MAC), `octet ${at}`).toBe(false)
    }
  })

  test('of TLVs is that of the vector', () => {
    const bytes = packet(VECTORS.tlvs, fromHex('80080010' + '00'.repeat(16)))
    writeTlvMac(bytes, 0, BASE_SIZE, BASE_SIZE + VECTORS.tlvs.length, MAC)
    expect(toHex(bytes.subarray(-16))).toBe(VECTORS.tlvMac)
    expect(checkTlvs(bytes, 0, OPEN, bytes.length, MAC)).toBe('right')
    bytes[3] = 2
    expect(checkTlvs(bytes, 0, OPEN, bytes.length, MAC)).toBe('wrong')
  })

  test('of TLVs may be followed by Extra Padding only', () => {
    const tlv = fromHex(`80080010${VECTORS.tlvMac}`)
    const padding = fromHex('800100020102')
    const check = (...parts: readonly Uint8Array[]): string => {
      const bytes = packet(...parts)
      return checkTlvs(bytes, 0, OPEN, bytes.length, MAC)
    }
    expect(check(VECTORS.tlvs, tlv, padding, padding)).toBe('right')
    expect(check(VECTORS.tlvs, tlv, VECTORS.tlvs)).toBe('wrong')
    expect(check(VECTORS.tlvs, tlv, tlv)).toBe('wrong')
    expect(check(VECTORS.tlvs, padding, tlv)).toBe('wrong')
    expect(check(VECTORS.tlvs)).toBe('missing')
    expect(check(padding)).toBe('unneeded')
    expect(check(padding, padding)).toBe('missing')
    expect(check()).toBe('unneeded')
  })
})

/** T3 of the vectors is between two nanoseconds. */
function reflectVector(bytes: Uint8Array, at: number, layout: Layout): void {
  reflect(bytes, at, layout, REFLECTION)
  writeUint32(bytes, at + layout.timestamp + 4, 0x1f9bdd37)
}

function packet(...tlvs: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat([VECTORS.request, ...tlvs]))
}
