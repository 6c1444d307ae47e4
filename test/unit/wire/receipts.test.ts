import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { crc32 } from '../../../src/wire/crc32.ts'
import { writeHex } from '../../../src/wire/hex.ts'
import { checkedKind, KIND, writeHeader, writeProbe } from '../../../src/wire/probe.ts'
import {
  readReceiptsAnswer,
  readReceiptsRequest,
  RECEIPT,
  receiptsCapacity,
  RECEIPTS_OVERHEAD,
  TOTALS_LENGTH,
  writeReceiptsAnswer,
  writeReceiptsRequest,
  type ReceiptsRequest,
  type ReceiptsTotals,
} from '../../../src/wire/receipts.ts'
import { fromHex, GOLDEN, inside, toHex } from './golden.ts'
import { zeroTotals } from './zero-totals.ts'

const word = fc.integer({ min: 0, max: 0xffffffff })
const anyTotals: fc.Arbitrary<ReceiptsTotals> = fc.record({
  distinct: word,
  copies: word,
  damaged: word,
  answered: word,
  withheld: word,
  sendFailed: word,
  pending: word,
  strangers: word,
  drops: fc.option(word, { nil: undefined }),
  dropUnit: fc.option(fc.nat(255), { nil: undefined }),
  completeMs: word,
})
const anyRequest: fc.Arbitrary<ReceiptsRequest> = fc.record({
  number: word,
  run: word,
  length: fc.integer({ min: 50, max: 400 }),
  from: word,
  count: fc.oneof(fc.nat(600), word),
})

const requestBytes = (request: ReceiptsRequest): Uint8Array =>
  inside(request.length, (bytes, at) => expect(writeReceiptsRequest(bytes, at, request)).toBe(request.length))

/** The answer, written over its request as a server does. */
function answerBytes(
  request: ReceiptsRequest,
  totals: ReceiptsTotals,
  state: (sequence: number) => number,
): Uint8Array {
  let length = 0
  const bytes = inside(
    request.length,
    (target, at) => (length = writeReceiptsAnswer(target, at, request, totals, state)),
    requestBytes(request),
  )
  return bytes.slice(0, length)
}

const states = (from: number, digits: string) => (sequence: number) => Number(digits[(sequence - from) >>> 0])

describe('golden packets', () => {
  test.each(Object.entries(GOLDEN.requests))('request %s', (_, { number, run, length, first, count, hex }) => {
    const request = { number, run, length, from: first, count }
    expect(toHex(requestBytes(request))).toBe(hex)
    expect(readReceiptsRequest(fromHex(hex), 0, length)).toEqual(request)
  })

  test.each(Object.entries(GOLDEN.answers))('answer %s', (_, given) => {
    const { number, run, length, first, hex } = given
    const totals = Object.fromEntries(
      Object.entries(given.totals).map(([name, value]) => [name, value ?? undefined]),
    ) as unknown as ReceiptsTotals
    const request = { number, run, length, from: first, count: given.states.length }
    expect(toHex(answerBytes(request, totals, states(first, given.states)))).toBe(hex)
    expect(readReceiptsAnswer(fromHex(hex), 0, hex.length / 2)).toEqual({
      number,
      run,
      totals,
      from: first,
      count: given.states.length,
      states: Uint8Array.from(given.states, Number),
    })
  })
})

describe('requests', () => {
  test('round trip', () => {
    fc.assert(
      fc.property(anyRequest, request => {
        expect(readReceiptsRequest(requestBytes(request), 0, request.length)).toEqual(request)
      }),
    )
  })

  test('too short for its fields: nothing is written', () => {
    for (let length = 0; length < 50; length++) {
      const request = { number: 1, run: 2, length, from: 3, count: 4 }
      expect(toHex(inside(length, (bytes, at) => writeReceiptsRequest(bytes, at, request)))).toBe('a5'.repeat(length))
    }
  })

  test('cut, lengthened, malformed or of another kind: not read', () => {
    const request = { number: 1, run: 2, length: 160, from: 3, count: 4 }
    const bytes = new Uint8Array(170).fill(0x2d)
    writeReceiptsRequest(bytes, 0, request)
    for (let size = 0; size < 170; size++) {
      expect(readReceiptsRequest(bytes, 0, size)).toEqual(size === 160 ? request : undefined)
    }
    for (const offset of [34, 41, 42, 49]) {
      const damaged = bytes.slice()
      damaged[offset] = 0x2d
      expect(readReceiptsRequest(damaged, 0, 160)).toBeUndefined()
    }
    writeProbe(bytes, 0, 160, 1, 2, 3)
    expect(readReceiptsRequest(bytes, 0, 160)).toBeUndefined()
    expect(readReceiptsAnswer(bytes, 0, 160)).toBeUndefined()
  })

  test('a foreign server that echoes or uppercases it gives it back as a request', () => {
    const bytes = requestBytes({ number: 1, run: 2, length: 160, from: 3, count: 4 })
    expect(checkedKind(bytes, 0, 160)).toBe(KIND.request)
    expect(new TextDecoder().decode(bytes).toUpperCase()).toBe(new TextDecoder().decode(bytes))
  })
})

describe('answers', () => {
  test('round trip, never longer than the request, as many states as fit', () => {
    fc.assert(
      fc.property(anyRequest, anyTotals, fc.nat(), (request, totals, salt) => {
        const state = (sequence: number): number => (Math.imul(sequence ^ salt, 0x9e3779b1) >>> 7) & 3
        const bytes = answerBytes(request, totals, state)
        expect(bytes.length).toBeLessThanOrEqual(request.length)
        const read = readReceiptsAnswer(bytes, 0, bytes.length)
        if (request.length < RECEIPTS_OVERHEAD) {
          expect(bytes.length).toBe(0)
          expect(read).toBeUndefined()
          return
        }
        const count = Math.min(request.count, receiptsCapacity(request.length))
        const { number, run, from } = request
        const expected = Uint8Array.from({ length: count }, (_, i) => state((from + i) >>> 0))
        expect(read).toEqual({ number, run, totals, from, count, states: expected })
      }),
    )
  })

  test('the capacity, and a totals request always has room for its answer', () => {
    expect([0, 139, 140, 141, 300, 1200].map(receiptsCapacity)).toEqual([0, 0, 0, 2, 320, 2120])
    const request = { number: 1, run: 2, length: TOTALS_LENGTH, from: 0, count: 0 }
    expect(answerBytes(request, zeroTotals(), () => RECEIPT.received)).toHaveLength(RECEIPTS_OVERHEAD)
  })

  test('sequences wrap at 2^32', () => {
    const asked: number[] = []
    const request = { number: 1, run: 2, length: 300, from: 0xfffffffe, count: 4 }
    answerBytes(request, zeroTotals(), sequence => asked.push(sequence) & 3)
    expect(asked.sort((a, b) => a - b)).toEqual([0, 1, 0xfffffffe, 0xffffffff])
  })

  test('values that do not fit end at the largest that does', () => {
    const totals = { ...zeroTotals(), copies: 2 ** 40, drops: 2 ** 32, dropUnit: 300, completeMs: 1234.9, pending: -1 }
    const bytes = answerBytes({ number: 1, run: 2, length: 160, from: 0, count: 0 }, totals, () => 0)
    expect(readReceiptsAnswer(bytes, 0, bytes.length)?.totals).toEqual({
      ...zeroTotals(),
      copies: 0xffffffff,
      drops: 0xffffffff,
      dropUnit: 255,
      completeMs: 1234,
    })
  })

  test('no change of one byte and no cut passes', () => {
    const request = { number: 9, run: 2, length: 200, from: 5, count: 33 }
    const right = answerBytes(request, zeroTotals(), sequence => sequence & 3)
    fc.assert(
      fc.property(fc.nat(right.length - 1), fc.integer({ min: 1, max: 255 }), (i, change) => {
        const bytes = right.slice()
        bytes[i] = (bytes[i] ?? 0) ^ change
        expect(readReceiptsAnswer(bytes, 0, bytes.length)).toBeUndefined()
        readReceiptsRequest(bytes, 0, bytes.length)
      }),
    )
    for (let size = 0; size < right.length; size++) expect(readReceiptsAnswer(right, 0, size)).toBeUndefined()
  })

  test('a forger with right checks can neither ask for memory nor make it throw', () => {
    const right = answerBytes({ number: 9, run: 2, length: 200, from: 5, count: 33 }, zeroTotals(), () => 2)
    for (const [offset, text] of [
      [124, 'FFFFFFFF'],
      [124, '--------'],
      [124, '00000020'],
      [124, '00000023'],
      [124, '00000000'],
      [116, 'xxxxxxxx'],
      [34, '-------0'],
      [98, '-------0'],
      [106, '0-'],
      [108, '--------'],
      [140, '-'],
    ] as const) {
      const bytes = right.slice()
      bytes.set(new TextEncoder().encode(text), offset)
      writeHex(bytes, bytes.length - 8, 8, crc32(bytes, 0, bytes.length - 8))
      expect(readReceiptsAnswer(bytes, 0, bytes.length)).toBeUndefined()
    }
  })

  test('an answer that declares another length than came is not whole', () => {
    const bytes = answerBytes({ number: 9, run: 2, length: 200, from: 5, count: 33 }, zeroTotals(), () => 2)
    expect(readReceiptsAnswer(bytes, 0, bytes.length)).toBeDefined()
    writeHeader(bytes, 0, bytes.length, KIND.answer, 9, 2, bytes.length + 1)
    writeHex(bytes, bytes.length - 8, 8, crc32(bytes, 0, bytes.length - 8))
    expect(checkedKind(bytes, 0, bytes.length)).toBe(KIND.answer)
    expect(readReceiptsAnswer(bytes, 0, bytes.length)).toBeUndefined()
  })

  test('arbitrary bytes never throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 220 }), fc.nat(240), (bytes, size) => {
        expect(readReceiptsRequest(bytes, 0, size)).toBeUndefined()
        expect(readReceiptsAnswer(bytes, 0, size)).toBeUndefined()
      }),
    )
  })
})
