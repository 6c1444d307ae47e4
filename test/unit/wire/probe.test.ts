import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { crc32 } from '../../../src/wire/crc32.ts'
import { writeHex } from '../../../src/wire/hex.ts'
import {
  CHECKED_SIZE,
  checkedKind,
  extendSequence,
  hasMagic,
  IDENTIFIED_SIZE,
  KIND,
  OFFSET,
  PROBE_SIZE,
  readLength,
  readRun,
  readSent,
  readSequence,
  resemblesMagic,
  SENT_AT,
  SLOT_AT,
  writeHeader,
  writeProbe,
} from '../../../src/wire/probe.ts'
import { fromHex, GOLDEN, inside, toHex } from './golden.ts'

const word = fc.integer({ min: 0, max: 0xffffffff })
/** The kinds whose check is that of the probe. */
const AS_PROBES: readonly number[] = [KIND.probe, KIND.reply, KIND.damaged]
const anyKind = fc.constantFrom(...Object.values(KIND))
const probeOf = (size: number, sequence: number, run: number, sent: number): Uint8Array =>
  inside(Math.min(size, PROBE_SIZE), (bytes, at) => writeProbe(bytes, at, size, sequence, run, sent))

describe('golden packets', () => {
  test.each(Object.entries(GOLDEN.probes))('probe %s', (_, { size, sequence, run, sent, hex }) => {
    expect(toHex(probeOf(size, sequence, run, sent))).toBe(hex)
    const bytes = fromHex(hex)
    if (bytes.length < PROBE_SIZE) return
    expect(checkedKind(bytes, 0, bytes.length)).toBe(KIND.probe)
    expect(readSequence(bytes, 0)).toBe(sequence % 2 ** 32)
    expect(readRun(bytes, 0)).toBe(run)
    expect(readLength(bytes, 0)).toBe(size)
    expect(readSent(bytes, 0)).toBe(sent)
  })

  test.each(Object.entries(GOLDEN.replies))('reply %s proves itself as a reply', (_, { hex, sequence, sent }) => {
    const bytes = fromHex(hex)
    expect(checkedKind(bytes, 0, bytes.length)).toBe(KIND.reply)
    expect(readSequence(bytes, 0)).toBe(sequence)
    expect(readSent(bytes, 0)).toBe(sent)
  })
})

test.each(Object.entries(GOLDEN.returned))('the golden packet %s, returned as damaged', (name, { hex, sequence }) => {
  const bytes = fromHex(hex)
  // Damage to the kind alone is undone by the new kind.
  const right = name === 'kind' || name === 'slot'
  expect(checkedKind(bytes, 0, bytes.length)).toBe(right ? KIND.damaged : 0)
  if (right) expect(readSequence(bytes, 0)).toBe(sequence)
})

test('the named sizes are the named offsets', () => {
  expect([IDENTIFIED_SIZE, CHECKED_SIZE, SENT_AT, SLOT_AT, PROBE_SIZE]).toEqual([
    OFFSET.run,
    OFFSET.sent,
    OFFSET.sent,
    OFFSET.received,
    OFFSET.payload,
  ])
})

describe('round trip', () => {
  test('every field of every kind, at any place', () => {
    fc.assert(
      fc.property(anyKind, fc.maxSafeNat(), word, fc.nat(65_535), (kind, sequence, run, length) => {
        const bytes = inside(CHECKED_SIZE, (target, at) => writeHeader(target, at, 34, kind, sequence, run, length))
        expect(checkedKind(bytes, 0, CHECKED_SIZE)).toBe(kind)
        expect(readSequence(bytes, 0)).toBe(sequence % 2 ** 32)
        expect(readRun(bytes, 0)).toBe(run)
        expect(readLength(bytes, 0)).toBe(length)
      }),
    )
  })

  test('the send time', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), sent => {
        expect(readSent(probeOf(200, 1, 2, sent), 0)).toBe(sent)
      }),
    )
  })

  test('turning a probe into a reply leaves the check right', () => {
    const bytes = probeOf(117, 5, 6, 7)
    bytes[OFFSET.kind] = KIND.reply
    expect(checkedKind(bytes, 0, 117)).toBe(KIND.reply)
  })
})

describe('prefixes', () => {
  test('a header cut anywhere is the prefix of the whole', () => {
    const whole = probeOf(400, 0xabcdef01, 0x12345678, 1e12)
    for (let size = 0; size <= CHECKED_SIZE; size++) {
      const cut = inside(size, (bytes, at) => writeHeader(bytes, at, size, KIND.probe, 0xabcdef01, 0x12345678, 400))
      expect(toHex(cut)).toBe(toHex(whole.subarray(0, size)))
    }
  })

  test('a short probe is the prefix of a long one, its own length and check aside', () => {
    const whole = probeOf(400, 0xabcdef01, 0x12345678, 1e12)
    for (let size = 0; size <= PROBE_SIZE; size++) {
      const short = probeOf(size, 0xabcdef01, 0x12345678, 1e12)
      const expected = whole.slice(0, size)
      expected.set(short.subarray(OFFSET.length, OFFSET.sent), Math.min(size, OFFSET.length))
      expect(toHex(short)).toBe(toHex(expected))
    }
  })

  test('a probe cut at any length has the fields that fit', () => {
    const whole = probeOf(400, 0xabcdef01, 0x12345678, 1e12)
    for (let size = 0; size <= PROBE_SIZE; size++) {
      const cut = whole.slice(0, size)
      expect(hasMagic(cut, 0, size)).toBe(size >= 4)
      expect(checkedKind(cut, 0, size)).toBe(size >= CHECKED_SIZE ? KIND.probe : 0)
      expect(readSequence(cut, 0)).toBe(size >= IDENTIFIED_SIZE ? 0xabcdef01 : -1)
      expect(readRun(cut, 0)).toBe(size >= 21 ? 0x12345678 : -1)
      expect(readLength(cut, 0)).toBe(size >= 26 ? 400 : -1)
      expect(readSent(cut, 0)).toBe(size >= 50 ? 1e12 : -1)
      // Bytes beyond the size are not looked at, even where the buffer goes on.
      expect(hasMagic(whole, 0, size)).toBe(size >= 4)
      expect(checkedKind(whole, 0, size)).toBe(size >= CHECKED_SIZE ? KIND.probe : 0)
    }
  })
})

test('what resembles a magic is one in any letter case, of this version or the next', () => {
  for (const text of ['UDT1', 'udt1', 'uDt1', 'UDT2', 'Udt2', 'udt2'])
    for (const size of [4, 5]) expect(resemblesMagic(new TextEncoder().encode(`${text}Q`), 0, size)).toBe(true)
  for (const text of ['UDT3', 'UDT', 'UDTa', 'UDQ1', 'Td51', '', 'xUDT1', '5DT1', 'UDT\u0011'])
    expect(resemblesMagic(new TextEncoder().encode(text), 0, text.length)).toBe(false)
  expect(resemblesMagic(new TextEncoder().encode('UDT1Q'), 0, 3)).toBe(false)
})

describe('damage', () => {
  test('no change of one byte of a checked header passes, but from one kind that counts as a probe to another', () => {
    for (const kind of Object.values(KIND)) {
      const right = inside(CHECKED_SIZE, (bytes, at) => writeHeader(bytes, at, 34, kind, 0x9abcdef0, 0x0badcafe, 1400))
      for (let i = 0; i < CHECKED_SIZE; i++) {
        for (let value = 0; value < 256; value++) {
          if (value === right[i]) continue
          const swapped = i === OFFSET.kind && AS_PROBES.includes(kind) && AS_PROBES.includes(value)
          const bytes = right.slice()
          bytes[i] = value
          if (checkedKind(bytes, 0, CHECKED_SIZE) !== (swapped ? value : 0)) throw new Error(`byte ${i}: ${value}`)
        }
      }
    }
  })

  test('arbitrary bytes never throw', () => {
    const any = fc.uint8Array({ maxLength: 150 })
    fc.assert(
      fc.property(any, fc.boolean(), fc.nat(160), (bytes, magic, size) => {
        if (magic) bytes.set([0x55, 0x44, 0x54, 0x31, 0x51].slice(0, bytes.length))
        expect(checkedKind(bytes, 0, size)).toBe(0)
        for (const read of [readSequence, readRun, readLength, readSent]) {
          expect(read(bytes, 0)).toBeGreaterThanOrEqual(-1)
        }
      }),
    )
  })

  test('a right check over what are no digits is not believed', () => {
    for (const offset of [OFFSET.sequence, OFFSET.run, OFFSET.length]) {
      const bytes = probeOf(117, 1, 2, 3)
      bytes[offset] = 0x7a
      writeHex(bytes, OFFSET.check, 8, crc32(bytes, 0, OFFSET.check))
      expect(checkedKind(bytes, 0, 117)).toBe(0)
    }
  })

  test('a send time that no client writes is malformed', () => {
    const bytes = probeOf(117, 1, 2, 0)
    bytes.set(new TextEncoder().encode('000000003B9ACA00'), SENT_AT)
    expect(readSent(bytes, 0)).toBe(-1)
    bytes.set(new TextEncoder().encode('FFFFFFFF00000000'), SENT_AT)
    expect(readSent(bytes, 0)).toBe(-1)
  })
})

describe('extendSequence', () => {
  test('finds any sequence again from a neighbour less than 2^31 away', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.integer({ min: -(2 ** 31) + 1, max: 2 ** 31 - 1 }), (sequence, distance) => {
        const near = Math.min(Math.max(sequence + distance, 0), Number.MAX_SAFE_INTEGER)
        expect(extendSequence(sequence % 2 ** 32, near)).toBe(sequence)
      }),
    )
  })

  test('is always congruent and never negative or too large', () => {
    fc.assert(
      fc.property(word, fc.oneof(fc.maxSafeNat(), fc.nat(2 ** 31)), (low, near) => {
        const sequence = extendSequence(low, near)
        expect(Number.isSafeInteger(sequence) && sequence >= 0).toBe(true)
        expect(sequence % 2 ** 32).toBe(low)
      }),
    )
  })

  test('at the ends', () => {
    expect(extendSequence(0xffffffff, 0)).toBe(0xffffffff)
    expect(extendSequence(0, 0xffffffff)).toBe(2 ** 32)
    expect(extendSequence(5, Number.MAX_SAFE_INTEGER)).toBe(2 ** 53 - 2 ** 32 + 5)
    expect(extendSequence(0x80000000, 2 ** 32)).toBe(0x80000000) // as near on both sides: the lower
  })
})
