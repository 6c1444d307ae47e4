import { describe, expect, test } from 'vitest'
import { seeded } from '../../../../src/base/random.ts'
import { irttFlags, isAuthentic } from '../../../../src/wire/irtt/envelope.ts'
import {
  irttClose,
  irttOpenReply,
  irttOpenRequest,
  irttTokenOf,
  readIrttOpenReply,
  readIrttOpenRequest,
} from '../../../../src/wire/irtt/session.ts'
import { mutated } from '../../../helpers/mutations.ts'
import { fromHex, toHex } from '../golden.ts'
import { ASKED, GOLDEN_IRTT, macOf, tokenOf } from './golden.ts'

test('the datagrams that the Python peer made', () => {
  for (const golden of GOLDEN_IRTT.sessions) {
    const mac = macOf(golden.key)
    const token = tokenOf(golden.token)
    expect(toHex(irttOpenRequest(golden.parameters, true, mac))).toBe(golden.openRequest)
    expect(toHex(irttOpenRequest(golden.parameters, false, mac))).toBe(golden.question)
    expect(toHex(irttOpenReply(golden.parameters, token, mac))).toBe(golden.openReply)
    expect(toHex(irttOpenReply(golden.parameters, undefined, mac))).toBe(golden.answer)
    expect(toHex(irttClose(token, mac))).toBe(golden.close)
  }
})

test('what the datagrams of the Python peer mean', () => {
  for (const golden of GOLDEN_IRTT.sessions) {
    const isAuthenticated = golden.key !== null
    const { parameters } = golden
    const token = tokenOf(golden.token)
    expect(readIrttOpenRequest(fromHex(golden.openRequest), isAuthenticated)).toEqual(parameters)
    expect(readIrttOpenReply(fromHex(golden.openReply), isAuthenticated)).toEqual({ token, parameters })
    expect(readIrttOpenReply(fromHex(golden.answer), isAuthenticated)?.token).toEqual({ low: 0, high: 0 })
    expect(irttTokenOf(fromHex(golden.close), isAuthenticated)).toEqual(token)
    const flags = [golden.openRequest, golden.question, golden.openReply, golden.answer, golden.reply, golden.close]
    expect(flags.map(hex => irttFlags(fromHex(hex)) & 7)).toEqual([1, 5, 3, 7, 2, 4])
  }
})

describe('flags', () => {
  test.each([
    ['', -1],
    ['14a75b', -1],
    ['14a75c00', -1],
    ['14a65b00', -1],
    ['15a75b00', -1],
    ['14a75b10', -1],
    ['14a75b80', -1],
    ['14a75b0f', 15],
  ])('%s', (hex, flags) => {
    expect(irttFlags(fromHex(hex))).toBe(flags)
  })
})

describe('the HMAC', () => {
  const mac = macOf('k')
  const sealed = irttOpenRequest(ASKED, true, mac)
  const plain = irttOpenRequest(ASKED, true)

  test('is right, and proves that the whole datagram is', () => {
    expect(isAuthentic(sealed, 9, mac)).toBe(true)
    for (let at = 0; at < sealed.length; at++) {
      const other = Uint8Array.from(sealed)
      other[at] = (other[at] ?? 0) ^ 1
      expect(isAuthentic(other, 9, mac)).toBe(false)
    }
    expect(isAuthentic(sealed.subarray(0, -1), 9, mac)).toBe(false)
    expect(isAuthentic(sealed, 9, macOf('j'))).toBe(false)
  })

  test('is there exactly if there is a key', () => {
    expect(isAuthentic(plain, 1, undefined)).toBe(true)
    expect(isAuthentic(sealed, 9, undefined)).toBe(false)
    expect(isAuthentic(plain, 1, mac)).toBe(false)
    expect(isAuthentic(fromHex('14a75b0900'), 9, mac)).toBe(false)
  })
})

test('nothing is read from a datagram that is too short', () => {
  expect(readIrttOpenRequest(fromHex('14a75b'), false)).toBeUndefined()
  expect(readIrttOpenRequest(fromHex('14a75b09'), true)).toBeUndefined()
  expect(readIrttOpenReply(fromHex('14a75b0301020304050607'), false)).toBeUndefined()
  expect(irttTokenOf(fromHex('14a75b0401020304050607'), false)).toBeUndefined()
})

test('no datagram makes a reader throw', () => {
  const random = seeded(2112)
  const samples = GOLDEN_IRTT.sessions.flatMap(({ openRequest, openReply }) => [openRequest, openReply]).map(fromHex)
  let readable = 0
  for (let n = 0; n < 100_000; n++) {
    const bytes = mutated(samples[n % samples.length] ?? new Uint8Array(), random)
    const isAuthenticated = (irttFlags(bytes) & 8) !== 0
    if (readIrttOpenRequest(bytes, isAuthenticated) !== undefined) readable += 1
    if (readIrttOpenReply(bytes, isAuthenticated) !== undefined) readable += 1
    irttTokenOf(bytes, isAuthenticated)
  }
  // Some mutations leave it readable, or the readers were not tried.
  expect(readable).toBeGreaterThan(1000)
})
