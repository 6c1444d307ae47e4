import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createPayload } from '../../../../../src/wire/payload.ts'
import { fromHex, GOLDEN, toHex } from '../../../wire/golden.ts'
import { arena, sameOn, work } from './twin.ts'

const ALIGNMENTS = Array.from({ length: 16 }, (_, n) => n)
const LONG = [255, 256, 511, 1200, 1400, 1472, 8191, 65_507]
/** Letters of both cases and adjacent characters, without a period of the lane width. */
const letters = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => 0x3d + ((i * 37) % 67))
const offset = fc.integer({ min: -40, max: 320 })

describe('uppercase', () => {
  test('every byte like bytes.upper() of Python, alone and among others', () => {
    const all = Uint8Array.from({ length: 256 }, (_, value) => value)
    arena.set(all)
    work.uppercase(arena, 0, 256)
    expect(toHex(arena.subarray(0, 256))).toBe(GOLDEN.uppercase)
    for (let value = 0; value < 256; value++) {
      arena[7] = value
      work.uppercase(arena, 7, 8)
      expect(arena[7]).toBe(fromHex(GOLDEN.uppercase)[value])
    }
  })

  test.each(ALIGNMENTS)('alignment %i, every length to 200 and some up to the longest datagram', alignment => {
    for (let length = 0; length <= 200; length++)
      sameOn(letters(length), alignment, (byWhom, bytes) => byWhom.uppercase(bytes, 0, length))
    for (const length of LONG) sameOn(letters(length), alignment, (byWhom, bytes) => byWhom.uppercase(bytes, 0, length))
  })

  test('any range, inside the bytes or not, and nothing outside is changed', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(15), offset, offset, (content, alignment, from, to) => {
        sameOn(content, alignment, (byWhom, bytes) => byWhom.uppercase(bytes, from, to))
      }),
      { numRuns: 1000 },
    )
  })
})

describe.each([
  ['text', {}],
  ['binary', {}],
  ['zeros', {}],
  ['random', { seed: 7 }],
  ['file', { content: new TextEncoder().encode('From a file, over and over.\n') }],
] as const)('payload %s', (kind, options) => {
  const payload = createPayload(kind, options)
  const SEQUENCES = [0, 1, 66, 4092, 4093, 2 ** 32 + 5, Number.MAX_SAFE_INTEGER]

  test('is written the same', () => {
    const own = work.payload(payload)
    for (const sequence of SEQUENCES) {
      for (const size of [118, 133, 200, 1200, 1472, 65_507]) {
        sameOn(new Uint8Array(size), sequence % 16, (byWhom, bytes) => {
          const writer = byWhom === work ? own : payload
          writer.write(bytes, 0, 117, size, sequence)
        })
      }
    }
    expect(() => own.write(arena, arena.length - 10, 0, 11, 0)).toThrow(RangeError)
  })

  test('is compared the same, with any single byte wrong, by both rules', () => {
    const own = work.payload(payload)
    const size = 180
    for (const upper of [false, true]) {
      for (let wrong = 116; wrong <= size; wrong++) {
        const reply = new Uint8Array(size)
        payload.write(reply, 0, 0, size, wrong)
        if (upper) for (const [i, byte] of reply.entries()) if (byte >= 0x61 && byte <= 0x7a) reply[i] = byte - 32
        if (wrong < size) reply[wrong] = (reply[wrong] ?? 0) ^ 0x80
        const found = sameOn(reply, wrong % 16, (byWhom, bytes) => {
          const reader = byWhom === work ? own : payload
          return [
            reader.differsAt(bytes, 0, 117, size, wrong),
            reader.differsUpperAt(bytes, 0, 117, size, wrong),
          ] as const
        })
        expect(found[upper ? 1 : 0]).toBe(wrong < 117 || wrong === size ? -1 : wrong)
      }
    }
  })

  test('any range of any bytes, inside them or not', () => {
    const own = work.payload(payload)
    const wild = fc.oneof(fc.integer({ min: 0, max: 320 }), fc.integer({ min: 65_500, max: 65_560 }))
    fc.assert(
      fc.property(fc.nat(300), fc.nat(2 ** 33), fc.nat(20), wild, wild, (size, sequence, at, from, to) => {
        const reply = new Uint8Array(size)
        payload.write(reply, 0, 0, size, sequence)
        sameOn(reply, sequence % 16, (byWhom, bytes) => {
          const reader = byWhom === work ? own : payload
          return [reader.differsAt(bytes, at, from, to, sequence), reader.differsUpperAt(bytes, 0, from, to, sequence)]
        })
      }),
      { numRuns: 500 },
    )
  })
})
