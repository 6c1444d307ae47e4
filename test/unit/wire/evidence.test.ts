import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { crc32 } from '../../../src/wire/crc32.ts'
import { emptySlot, fillSlot, readSlot, slotIsBlank, type Slot } from '../../../src/wire/evidence.ts'
import { blank, writeHex } from '../../../src/wire/hex.ts'
import { KIND, OFFSET, PROBE_SIZE, SLOT_AT, writeProbe } from '../../../src/wire/probe.ts'
import { fromHex, GOLDEN, inside, toHex } from './golden.ts'

const up = (max: number): fc.Arbitrary<number> =>
  fc.oneof(fc.constant(-1), fc.constant(max), fc.integer({ min: 0, max }))
const anySlot: fc.Arbitrary<Slot> = fc
  .record({
    received: up(0xffffffff),
    seen: up(0xfffff),
    whole: up(0xfffff),
    fragment: up(0xfffff),
    tos: up(255),
    ttl: up(255),
    drops: up(0xffffffff),
    arrivalSeconds: up(0xffffffff),
    arrivalNanos: up(999_999_999),
    dwell: up(0xfffffffe),
  })
  // A time is one field: both parts are known or none is.
  .map(slot =>
    slot.arrivalSeconds < 0 || slot.arrivalNanos < 0 ? { ...slot, arrivalSeconds: -1, arrivalNanos: -1 } : slot,
  )

const END: Readonly<Record<keyof Slot, number>> = {
  received: OFFSET.seen,
  seen: OFFSET.whole,
  whole: OFFSET.fragment,
  fragment: OFFSET.tos,
  tos: OFFSET.ttl,
  ttl: OFFSET.drops,
  drops: OFFSET.arrival,
  arrivalSeconds: OFFSET.dwell,
  arrivalNanos: OFFSET.dwell,
  dwell: OFFSET.slotCheck,
}

/** The slot as far as its whole fields lie below `size`. */
function cutSlot(slot: Slot, size: number): Slot {
  const cut = emptySlot()
  for (const name of Object.keys(END) as (keyof Slot)[]) if (END[name] <= size) cut[name] = slot[name]
  return cut
}

function probe(declared: number): Uint8Array {
  return inside(Math.min(declared, PROBE_SIZE), (bytes, at) => writeProbe(bytes, at, declared, 77, 0xc0ffee, 1e15))
}

function filled(declared: number, size: number, slot: Slot): Uint8Array {
  return inside(size, (bytes, at) => fillSlot(bytes, at, size, declared, slot), probe(declared).subarray(0, size))
}

const known: Slot = {
  received: 3,
  seen: 4,
  whole: 5,
  fragment: 6,
  tos: 7,
  ttl: 8,
  drops: 9,
  arrivalSeconds: 10,
  arrivalNanos: 11,
  dwell: 12,
}

test.each(Object.entries(GOLDEN.replies))(
  'golden reply %s',
  (name, { size, there, sequence, run, sent, slot, hex }) => {
    const given = {
      ...emptySlot(),
      ...Object.fromEntries(Object.entries(slot).map(([key, value]) => [key, value ?? -1])),
    }
    const bytes = inside(there, (target, at) => {
      const whole = new Uint8Array(PROBE_SIZE)
      writeProbe(whole, 0, size, sequence, run, sent)
      target.set(whole.subarray(0, there), at)
      expect(slotIsBlank(target, at, there, size)).toBe(true)
      target[at + OFFSET.kind] = KIND.reply
      fillSlot(target, at, there, size, given)
    })
    expect(toHex(bytes)).toBe(hex)

    const read = emptySlot()
    expect(readSlot(fromHex(hex), 0, there, read)).toBe(name.startsWith('cut') ? 'cut' : 'right')
    expect(read).toEqual(cutSlot(given, there))
  },
)

describe('filling', () => {
  test('what is filled is read', () => {
    fc.assert(
      fc.property(anySlot, slot => {
        const read = emptySlot()
        expect(readSlot(filled(4000, PROBE_SIZE, slot), 0, PROBE_SIZE, read)).toBe('right')
        expect(read).toEqual(slot)
      }),
    )
  })

  test('a request cut at any length gets the whole fields that fit, and no more', () => {
    for (let size = 0; size < PROBE_SIZE; size++) {
      const bytes = filled(4000, size, known)
      const read = emptySlot()
      expect(readSlot(bytes, 0, size, read)).toBe('cut')
      expect(read).toEqual(cutSlot(known, size))
      const fieldsEnd = Math.max(SLOT_AT, ...Object.values(END).filter(end => end <= size))
      expect(toHex(bytes.subarray(fieldsEnd))).toBe('2d'.repeat(Math.max(0, size - fieldsEnd)))
    }
  })

  test('a reply truncated at any length: only its complete fields are used', () => {
    const whole = filled(4000, PROBE_SIZE, known)
    for (let size = 0; size < PROBE_SIZE; size++) {
      const read = { ...known, received: 99 }
      expect(readSlot(whole.slice(0, size), 0, size, read)).toBe('cut')
      expect(read).toEqual(cutSlot(known, size))
      readSlot(whole, 0, size, read)
      expect(read).toEqual(cutSlot(known, size))
    }
  })

  test('a probe declared shorter than the header gets nothing', () => {
    for (let declared = 0; declared < PROBE_SIZE; declared++) {
      expect(toHex(filled(declared, declared, known))).toBe(toHex(probe(declared)))
    }
  })

  test('values too large for their field stay unknown', () => {
    const slot: Slot = {
      received: 2 ** 32,
      seen: 2 ** 20,
      whole: 2 ** 20,
      fragment: 2 ** 20,
      tos: 256,
      ttl: 256,
      drops: 2 ** 32,
      arrivalSeconds: 5,
      arrivalNanos: 1e9,
      dwell: 0xffffffff,
    }
    const read = { ...known }
    expect(readSlot(filled(117, 117, slot), 0, 117, read)).toBe('right')
    expect(read).toEqual(emptySlot())
  })
})

describe('blankness', () => {
  test('any byte but a dash anywhere in the part that is there', () => {
    for (const declared of [40, 50, 51, 80, 116, 117, 500]) {
      const bytes = probe(declared)
      expect(slotIsBlank(bytes, 0, bytes.length, declared)).toBe(true)
      for (let i = 0; i < bytes.length; i++) {
        const damaged = bytes.slice()
        damaged[i] = 0x2c
        expect(slotIsBlank(damaged, 0, bytes.length, declared)).toBe(i < SLOT_AT)
      }
    }
  })

  test('bytes beyond the declared length, the size or the slot do not count', () => {
    const bytes = new Uint8Array(200).fill(0x2d)
    bytes.fill(0, 80)
    expect(slotIsBlank(bytes, 0, 200, 80)).toBe(true)
    expect(slotIsBlank(bytes, 0, 80, 200)).toBe(true)
    expect(slotIsBlank(bytes, 0, 200, 81)).toBe(false)
    bytes.fill(0x2d, 80, 117)
    expect(slotIsBlank(bytes, 0, 200, 200)).toBe(true)
  })
})

describe('reading', () => {
  test('an untouched slot is blank', () => {
    const read = { ...known }
    expect(readSlot(probe(300), 0, 117, read)).toBe('blank')
    expect(read).toEqual(emptySlot())
  })

  test('one wrong byte makes it wrong, and nothing is believed', () => {
    const right = filled(300, 117, known)
    fc.assert(
      fc.property(fc.integer({ min: SLOT_AT, max: 116 }), fc.integer({ min: 1, max: 255 }), (i, change) => {
        const bytes = right.slice()
        bytes[i] = (bytes[i] ?? 0) ^ change
        const read = { ...known }
        expect(readSlot(bytes, 0, 117, read)).toBe('wrong')
        expect(read).toEqual(emptySlot())
      }),
    )
  })

  test('half a time under a right check is no time', () => {
    for (const half of [OFFSET.arrival, OFFSET.arrival + 8]) {
      const bytes = filled(300, 117, known)
      blank(bytes, half, 8)
      writeHex(bytes, OFFSET.slotCheck, 8, crc32(bytes, SLOT_AT, OFFSET.slotCheck))
      const read = emptySlot()
      expect(readSlot(bytes, 0, 117, read)).toBe('right')
      expect(read).toEqual({ ...known, arrivalSeconds: -1, arrivalNanos: -1 })
    }
  })

  test('arbitrary bytes never throw and never give a value out of range', () => {
    const likely = fc.uint8Array({ maxLength: 130 }).map(bytes => bytes.map(byte => 0x2d + (byte % 30)))
    fc.assert(
      fc.property(fc.oneof(likely, fc.uint8Array({ maxLength: 130 })), fc.nat(140), (bytes, size) => {
        const read = emptySlot()
        readSlot(bytes, 0, size, read)
        fillSlot(bytes, 0, Math.min(size, bytes.length), 4000, read)
        slotIsBlank(bytes, 0, size, 4000)
        for (const value of Object.values(read)) expect(value >= -1 && value <= 0xffffffff).toBe(true)
        expect(read.arrivalNanos < 1e9).toBe(true)
      }),
    )
  })
})
