import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { EXAMINED_ROWS, type Codec } from '../../../../../src/machines/codec.ts'
import { crc32 } from '../../../../../src/wire/crc32.ts'
import { emptySlot, type Slot } from '../../../../../src/wire/evidence.ts'
import { writeHex } from '../../../../../src/wire/hex.ts'
import { KIND, OFFSET, PROBE_SIZE, SLOT_AT, writeHeader, writeProbe } from '../../../../../src/wire/probe.ts'
import { fromHex, GOLDEN, toHex } from '../../../wire/golden.ts'
import { arena, sameOn, work } from './twin.ts'

const word = fc.integer({ min: 0, max: 0xffffffff })
const wild = fc.integer({ min: -5, max: 250 })

/** The results for `count` datagrams: the columns that are defined. */
function seen({ examined }: Codec, count: number): unknown[] {
  return Array.from({ length: Math.min(count, EXAMINED_ROWS) }, (_, n) =>
    examined.kind[n] === 0
      ? 0
      : [
          examined.kind[n],
          examined.sequence[n],
          examined.run[n],
          examined.length[n],
          examined.blank[n],
          examined.sent[n],
        ],
  )
}

function examined(bytes: Uint8Array, alignment = 0, stride = bytes.length): unknown[] {
  const count = stride === 0 ? 1 : Math.max(1, Math.ceil(bytes.length / stride))
  return sameOn(bytes, alignment, (byWhom, there) => {
    byWhom.examine(there, 0, there.length, stride)
    return seen(byWhom, count)
  })
}

/** Any datagram of the format, truncated or damaged or whole. */
const datagram = fc
  .record({
    kind: fc.constantFrom(...Object.values(KIND), 0x50, 0x55),
    size: fc.nat(240),
    sequence: word,
    run: word,
    sent: fc.maxSafeNat(),
    declared: fc.oneof(fc.nat(240), fc.integer({ min: 0, max: 0xfffff })),
    damage: fc.option(fc.tuple(fc.nat(239), fc.integer({ min: 1, max: 255 }))),
    forged: fc.boolean(),
  })
  .map(({ kind, size, sequence, run, sent, declared, damage, forged }) => {
    const bytes = new Uint8Array(Math.max(size, PROBE_SIZE))
    writeProbe(bytes, 0, bytes.length, sequence, run, sent)
    writeHeader(bytes, 0, bytes.length, kind, sequence, run, declared)
    if (damage !== null) bytes[damage[0] % bytes.length] = (bytes[damage[0] % bytes.length] ?? 0) ^ damage[1]
    // A right check over characters that may not be digits.
    if (forged) {
      const counted = bytes.slice(0, OFFSET.check)
      if (counted[OFFSET.kind] === KIND.reply || counted[OFFSET.kind] === KIND.damaged)
        counted[OFFSET.kind] = KIND.probe
      writeHex(bytes, OFFSET.check, 8, crc32(counted, 0, counted.length))
    }
    return bytes.subarray(0, size)
  })

describe('examine', () => {
  test.each(
    Object.entries({ ...GOLDEN.probes, ...GOLDEN.replies, ...GOLDEN.returned, ...GOLDEN.requests, ...GOLDEN.answers }),
  )('the golden packet %s, and it cut at every length', (_, { hex }) => {
    const bytes = fromHex(hex)
    for (let size = 0; size <= bytes.length; size++) examined(bytes.subarray(0, size), size % 16)
  })

  test('every value of every one of the first 117 bytes', () => {
    const bytes = new Uint8Array(130)
    writeProbe(bytes, 0, 130, 0x89abcdef, 0xfedcba98, 1e12)
    expect(examined(bytes)).toEqual([[KIND.probe, 0x89abcdef, 0xfedcba98, 130, 1, 1e12]])
    for (let at = 0; at < PROBE_SIZE; at++) {
      for (let value = 0; value < 256; value++) {
        const changed = bytes.slice()
        changed[at] = value
        examined(changed, at % 16)
      }
    }
  })

  test('any datagram of the format', () => {
    fc.assert(
      fc.property(datagram, fc.nat(15), (bytes, alignment) => {
        examined(bytes, alignment)
      }),
      { numRuns: 1000 },
    )
  })

  test('any train, of which at most ROWS datagrams are examined', () => {
    fc.assert(
      fc.property(fc.array(datagram, { maxLength: 8 }), fc.integer({ min: 1, max: 240 }), (datagrams, stride) => {
        const train = new Uint8Array(datagrams.length * stride)
        datagrams.forEach((bytes, n) => train.set(bytes.subarray(0, stride), n * stride))
        examined(train.subarray(0, Math.max(0, train.length - (stride >> 1))), stride % 16, stride)
      }),
      { numRuns: 500 },
    )
    const many = new Uint8Array(300 * 40)
    for (let n = 0; n < 300; n++) writeProbe(many, n * 40, 40, n, n, 0)
    expect(examined(many, 0, 40)).toHaveLength(EXAMINED_ROWS)
  })

  test('nothing outside the bytes is read', () => {
    arena.fill(0)
    writeProbe(arena, 0, 200, 1, 2, 3)
    const before = arena.subarray(10, 60)
    for (const [at, size] of [
      [-10, 200],
      [0, 200],
      [40, 40],
      [200, 200],
    ] as const) {
      work.examine(before, at, size, size)
      expect(seen(work, 1)).toEqual([0])
    }
  })
})

describe('arePlain', () => {
  const plain = (bytes: Uint8Array, stride: number): boolean =>
    sameOn(bytes, 3, (byWhom, there) => byWhom.arePlain(there, 0, there.length, stride))

  test('every value of each of the first four bytes, in either letter case', () => {
    for (const text of ['UDT1', 'udt1', 'UDT2', 'udt2']) {
      for (let at = 0; at < 4; at++) {
        for (let value = 0; value < 256; value++) {
          const bytes = new TextEncoder().encode(`${text}Qabc`)
          bytes[at] = value
          plain(bytes, 8)
        }
      }
      const train = new TextEncoder().encode(`plain...${text}`)
      expect([plain(train, 8), plain(train.subarray(0, 11), 8), plain(train, 12)]).toEqual([false, true, true])
    }
  })
})

describe('writeProbe', () => {
  test.each(Object.entries(GOLDEN.probes))('the golden probe %s', (_, { size, sequence, run, sent, hex }) => {
    const bytes = new Uint8Array(Math.min(size, PROBE_SIZE))
    sameOn(bytes, 5, (byWhom, there) => byWhom.writeProbe(there, 0, size, sequence, run, sent))
    const room = arena.subarray(0, Math.max(size, PROBE_SIZE))
    work.writeProbe(room, 0, size, sequence, run, sent)
    expect(toHex(room.subarray(0, Math.min(size, PROBE_SIZE)))).toBe(hex)
  })

  test('any probe at any offset, even if it does not fit', () => {
    const anySize = fc.oneof(fc.nat(300), fc.nat(65_535), fc.nat(2 ** 21))
    const time = fc.oneof(fc.nat(2 ** 31 - 1), fc.maxSafeNat())
    fc.assert(
      fc.property(wild, anySize, fc.maxSafeNat(), word, time, fc.nat(300), (at, size, sequence, run, sent, room) => {
        sameOn(new Uint8Array(room).fill(1), sequence % 16, (byWhom, bytes) => {
          byWhom.writeProbe(bytes, at, size, sequence, run, sent)
        })
      }),
      { numRuns: 1000 },
    )
  })
})

const field = (max: number): fc.Arbitrary<number> =>
  fc.oneof(fc.constantFrom(-1, 0, max, max + 1), fc.integer({ min: 0, max }))
const slots: fc.Arbitrary<Slot> = fc.record({
  received: field(0xffffffff),
  seen: field(0xfffff),
  whole: field(0xfffff),
  fragment: field(0xfffff),
  tos: field(255),
  ttl: field(255),
  drops: field(0xffffffff),
  arrivalSeconds: field(0xffffffff),
  arrivalNanos: field(999_999_999),
  dwell: field(0xfffffffe),
})

describe('evidence', () => {
  test.each(Object.entries(GOLDEN.replies))('the golden reply %s', (_, reply) => {
    const bytes = fromHex(reply.hex)
    const slot = emptySlot()
    for (const name of Object.keys(slot) as (keyof Slot)[]) slot[name] = reply.slot[name] ?? -1
    const request = new Uint8Array(Math.max(reply.size, PROBE_SIZE))
    writeProbe(request, 0, reply.size, reply.sequence, reply.run, reply.sent)
    request[OFFSET.kind] = KIND.reply
    sameOn(request.subarray(0, reply.there), 3, (byWhom, there) => {
      byWhom.fillSlot(there, 0, there.length, reply.size, slot)
      const header = there.subarray(0, Math.min(bytes.length, PROBE_SIZE))
      expect(toHex(header)).toBe(reply.hex.slice(0, 2 * header.length))
      const read = emptySlot()
      return [byWhom.readSlot(there, 0, there.length, read), read]
    })
  })

  test('any evidence is filled in the same, several times and if it does not fit', () => {
    fc.assert(
      fc.property(slots, word, wild, fc.nat(260), fc.nat(260), fc.nat(260), (slot, next, at, size, declared, room) => {
        const request = new Uint8Array(room).fill(0x2d)
        for (const received of [slot.received, next, next]) {
          sameOn(request, next % 16, (byWhom, bytes) =>
            byWhom.fillSlot(bytes, at, size, declared, { ...slot, received }),
          )
        }
      }),
      { numRuns: 1000 },
    )
  })

  const read = (byWhom: Codec, bytes: Uint8Array, at: number, size: number): unknown => {
    const slot: Slot = { ...emptySlot(), seen: 7, dwell: 7 }
    return [byWhom.readSlot(bytes, at, size, slot), slot]
  }

  test('any evidence is read the same: valid, damaged, forged, blank, truncated, and outside the bytes', () => {
    const damage = fc.option(fc.tuple(fc.integer({ min: SLOT_AT, max: PROBE_SIZE - 1 }), fc.nat(255)))
    fc.assert(
      fc.property(slots, damage, fc.boolean(), wild, fc.nat(130), (slot, change, forged, at, size) => {
        const reply = new Uint8Array(130).fill(0x2d)
        plainFill(reply, slot)
        if (change !== null) reply[change[0]] = change[1]
        if (forged) writeHex(reply, OFFSET.slotCheck, 8, crc32(reply, SLOT_AT, OFFSET.slotCheck))
        sameOn(reply, size % 16, (byWhom, bytes) => [
          read(byWhom, bytes, 0, bytes.length),
          read(byWhom, bytes, at, size),
        ])
      }),
      { numRuns: 1000 },
    )
    sameOn(new Uint8Array(117).fill(0x2d), 1, (byWhom, bytes) => read(byWhom, bytes, 0, 117))
  })

  test('fields with a right check that are too large to be believed', () => {
    const reply = new Uint8Array(117).fill(0x46)
    writeHex(reply, OFFSET.slotCheck, 8, crc32(reply, SLOT_AT, OFFSET.slotCheck))
    const found = sameOn(reply, 0, (byWhom, bytes) => read(byWhom, bytes, 0, 117))
    expect(found).toEqual([
      'right',
      expect.objectContaining({ received: 0xffffffff, ttl: 255, arrivalSeconds: -1, arrivalNanos: -1, dwell: -1 }),
    ])
  })
})

function plainFill(bytes: Uint8Array, slot: Slot): void {
  sameOn(bytes, 0, (byWhom, there) => {
    byWhom.fillSlot(there, 0, there.length, there.length, slot)
    bytes.set(there)
  })
}
