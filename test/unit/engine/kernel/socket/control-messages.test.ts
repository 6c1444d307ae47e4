import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  ControlMessages,
  RECEIVE_CONTROL_ROOM,
  SEND_CONTROL_ROOM,
  writeMarks,
  writeSegment,
  writeSource4,
  writeSource6,
} from '../../../../../src/engine/kernel/socket/control-messages.ts'
import { UNSEEN } from '../../../../../src/machines/machine.ts'

interface Message {
  readonly level: number
  readonly type: number
  readonly data: readonly number[]
}

/** The kernel's layout (cmsg(3)): each message begins at a multiple of 8, and its length includes header and data. */
function laidOut(
  messages: readonly Message[],
  at: number,
): { readonly buffer: SharedArrayBuffer; readonly length: number } {
  const buffer = new SharedArrayBuffer(4096)
  const view = new DataView(buffer)
  new Uint8Array(buffer).fill(0xcc)
  let next = at
  for (const { level, type, data } of messages) {
    view.setBigUint64(next, BigInt(16 + data.length), true)
    view.setInt32(next + 8, level, true)
    view.setInt32(next + 12, type, true)
    new Uint8Array(buffer).set(data, next + 16)
    next += 16 + Math.ceil(data.length / 8) * 8
  }
  return { buffer, length: next - at }
}

function read(messages: readonly Message[], at = 64): ControlMessages {
  const { buffer, length } = laidOut(messages, at)
  const control = new ControlMessages(new Uint8Array(buffer), new Int32Array(buffer))
  control.read(at, length)
  return control
}

const int = (value: number): number[] => [0, 8, 16, 24].map(shift => (value >>> shift) & 255)
const NOTHING = {
  seconds: UNSEEN,
  tos: UNSEEN,
  ttl: UNSEEN,
  fragment: UNSEEN,
  segment: UNSEEN,
  drops: UNSEEN,
  local: UNSEEN,
  extendedError: UNSEEN,
}
const ADDRESS6 = [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]

/** Levels and types from the kernel's headers (linux/in.h, in6.h, udp.h, asm-generic/socket.h). */
const KNOWN: readonly (readonly [string, Message, Partial<ControlMessages>])[] = [
  ['IP_TOS', { level: 0, type: 1, data: [0xb8] }, { tos: 0xb8 }],
  ['IP_TTL', { level: 0, type: 2, data: int(64) }, { ttl: 64 }],
  ['IP_RECVFRAGSIZE', { level: 0, type: 25, data: int(1500) }, { fragment: 1500 }],
  [
    'IP_PKTINFO',
    { level: 0, type: 8, data: [...int(3), 127, 0, 0, 2, 10, 0, 0, 255] },
    { local: 84, localIs6: false, interface: 3 },
  ],
  ['IP_RECVERR', { level: 0, type: 11, data: Array.from({ length: 32 }, () => 0) }, { extendedError: 80 }],
  ['IPV6_TCLASS', { level: 41, type: 67, data: int(4) }, { tos: 4 }],
  ['IPV6_HOPLIMIT', { level: 41, type: 52, data: int(255) }, { ttl: 255 }],
  ['IPV6_RECVFRAGSIZE', { level: 41, type: 77, data: int(1280) }, { fragment: 1280 }],
  [
    'IPV6_PKTINFO',
    { level: 41, type: 50, data: [...ADDRESS6, ...int(2)] },
    { local: 80, localIs6: true, interface: 2 },
  ],
  ['IPV6_PKTINFO of a group', { level: 41, type: 50, data: [0xff, 2, ...ADDRESS6.slice(2), ...int(2)] }, {}],
  ['IPV6_RECVERR', { level: 41, type: 25, data: Array.from({ length: 44 }, () => 0) }, { extendedError: 80 }],
  [
    'SO_TIMESTAMPNS',
    { level: 1, type: 35, data: [...int(0x98765432), ...int(1), ...int(999_999_999), ...int(0)] },
    { seconds: 0x1_9876_5432, nanos: 999_999_999 },
  ],
  ['SO_RXQ_OVFL', { level: 1, type: 40, data: int(0xffffffff) }, { drops: 0xffffffff }],
  ['UDP_GRO', { level: 17, type: 104, data: int(1200) }, { segment: 1200 }],
  ['one that is not known', { level: 99, type: 1, data: int(1) }, {}],
]

describe('ControlMessages', () => {
  test.each(KNOWN)('%s', (_, message, fields) => {
    expect(read([message])).toMatchObject({ ...NOTHING, ...fields })
  })

  test('all messages of a datagram in any order fit into the room', () => {
    const together = KNOWN.filter(([name]) => !/RECVERR|V6_(?:TCLASS|HOP|RECVFRAG)|group|known/.test(name))
    fc.assert(
      fc.property(fc.shuffledSubarray(together, { minLength: together.length }), messages => {
        const control = read(messages.map(([, message]) => message))
        expect(control).toMatchObject({ tos: 0xb8, ttl: 64, fragment: 1500, drops: 0xffffffff, segment: 1200 })
      }),
    )
    expect(
      laidOut(
        KNOWN.map(([, message]) => message).filter(({ type }) => type !== 11 && type !== 25),
        0,
      ).length,
    ).toBeLessThanOrEqual(RECEIVE_CONTROL_ROOM)
  })

  test('reading again resets the previous values', () => {
    const { buffer, length } = laidOut(
      KNOWN.map(([, message]) => message),
      0,
    )
    const control = new ControlMessages(new Uint8Array(buffer), new Int32Array(buffer))
    control.read(0, length)
    control.read(0, 0)
    expect(control).toMatchObject(NOTHING)
  })

  test.each([
    ['cut inside a header', 15],
    ['cut inside the data', 19],
  ])('%s, a message does not count', (_, length) => {
    const { buffer } = laidOut([{ level: 0, type: 2, data: int(64) }], 0)
    const control = new ControlMessages(new Uint8Array(buffer), new Int32Array(buffer))
    control.read(0, length)
    expect(control).toMatchObject(NOTHING)
  })

  test('reading any bytes ends, and stays inside the length', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 64, maxLength: 256 }),
        fc.integer({ min: 0, max: 64 }),
        (bytes, length) => {
          const buffer = new SharedArrayBuffer(256)
          new Uint8Array(buffer).set(bytes)
          const control = new ControlMessages(new Uint8Array(buffer), new Int32Array(buffer))
          control.read(0, length)
          expect(control.local).toBeLessThan(length)
          expect(control.extendedError).toBeLessThan(length)
        },
      ),
    )
  })

  test.each([
    ['IP_TTL', 0, 2, 3],
    ['IP_TOS', 0, 1, 0],
    ['IP_PKTINFO', 0, 8, 11],
    ['IP_RECVERR', 0, 11, 15],
    ['IPV6_HOPLIMIT', 41, 52, 3],
    ['IPV6_PKTINFO', 41, 50, 19],
    ['SO_TIMESTAMPNS', 1, 35, 15],
    ['SO_RXQ_OVFL', 1, 40, 3],
    ['UDP_GRO', 17, 104, 3],
  ])('%s with too few bytes is ignored', (_, level, type, length) => {
    expect(read([{ level, type, data: Array.from({ length }, () => 1) }])).toMatchObject(NOTHING)
  })
})

describe('writing', () => {
  const arena = (): { bytes: Uint8Array; words: Int32Array } => {
    const buffer = new SharedArrayBuffer(256)
    const bytes = new Uint8Array(buffer).fill(0xcc)
    bytes.set([127, 0, 0, 2], 200)
    bytes.set(ADDRESS6, 208)
    return { bytes, words: new Int32Array(buffer) }
  }
  const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

  test('an IPv4 source', () => {
    const { bytes, words } = arena()
    expect(writeSource4(bytes, words, 8, 200)).toBe(32)
    expect(hex(bytes.subarray(8, 40))).toBe('1c000000000000000000000008000000000000007f0000020000000000000000')
  })

  test('an IPv6 source', () => {
    const { bytes, words } = arena()
    expect(writeSource6(bytes, words, 8, 208, 7)).toBe(40)
    expect(hex(bytes.subarray(8, 48))).toBe(
      '2400000000000000290000003200000020010db80000000000000000000000010700000000000000',
    )
  })

  test('a segment size', () => {
    const { bytes, words } = arena()
    expect(writeSegment(words, 8, 1200)).toBe(24)
    expect(hex(bytes.subarray(8, 32))).toBe('12000000000000001100000067000000b004000000000000')
  })

  test('a TTL, and a hop limit', () => {
    const { bytes, words } = arena()
    expect(writeMarks(words, 8, 63, 0, false)).toBe(24)
    expect(hex(bytes.subarray(8, 32))).toBe('140000000000000000000000020000003f00000000000000')
    expect(writeMarks(words, 8, 255, 0, true)).toBe(24)
    expect(hex(bytes.subarray(8, 32))).toBe('14000000000000002900000034000000ff00000000000000')
  })

  test('a type of service, and a traffic class after a hop limit', () => {
    const { bytes, words } = arena()
    expect(writeMarks(words, 8, 0, 184, false)).toBe(24)
    expect(hex(bytes.subarray(8, 32))).toBe('14000000000000000000000001000000b800000000000000')
    expect(writeMarks(words, 8, 1, 184, true)).toBe(48)
    expect(hex(bytes.subarray(8, 56))).toBe(
      '14000000000000002900000034000000010000000000000014000000000000002900000043000000b800000000000000',
    )
  })

  test('nothing else is changed, and a source, a TTL and a segment fit the room', () => {
    const { bytes, words } = arena()
    let length = writeSource6(bytes, words, 8, 208, 0)
    length += writeMarks(words, 8 + length, 1, 184, true)
    length += writeSegment(words, 8 + length, 1)
    expect(length).toBe(SEND_CONTROL_ROOM)
    expect([...bytes.subarray(0, 8), ...bytes.subarray(8 + SEND_CONTROL_ROOM, 200)].every(byte => byte === 0xcc)).toBe(
      true,
    )
  })
})
