import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createPayload, type Payload, type PayloadKind } from '../../../src/wire/payload.ts'
import { uppercase } from '../../../src/wire/uppercase.ts'
import { GOLDEN, inside, toHex } from './golden.ts'

const PERIOD = 4093
const content = new TextEncoder().encode('the content of a file, öäü')
const KINDS: readonly PayloadKind[] = ['text', 'binary', 'zeros', 'random', 'file']
const PAYLOADS: readonly Payload[] = KINDS.map(kind => createPayload(kind, { seed: 7, content }))

function written(payload: Payload, from: number, to: number, sequence: number): Uint8Array {
  const bytes = new Uint8Array(to)
  payload.write(bytes, 0, from, to, sequence)
  return bytes.subarray(from)
}

function tableOf(kind: PayloadKind, seed?: number): Uint8Array {
  return written(createPayload(kind, { seed }), 0, PERIOD, 0)
}

describe('the formula', () => {
  test.each(['text', 'binary', 'random'] as const)(
    '%s: byte(offset) = TABLE[(offset + 61·sequence) mod 4093]',
    kind => {
      const payload = createPayload(kind, { seed: 3 })
      const table = written(payload, 0, PERIOD, 0)
      const anySequence = fc.oneof(fc.nat(5000), fc.maxSafeNat())
      fc.assert(
        fc.property(anySequence, fc.nat(65_500), fc.nat(100), (sequence, from, length) => {
          const to = Math.min(from + length, 65_535)
          const expected = Array.from({ length: to - from }, (_, i) => {
            return table[Number((BigInt(from + i) + 61n * BigInt(sequence)) % BigInt(PERIOD))]
          })
          expect([...written(payload, from, to, sequence)]).toEqual(expected)
        }),
      )
    },
  )

  test('file: the content over and over from offset 117, zeros: nothing else, whatever the sequence', () => {
    const file = createPayload('file', { content })
    const zeros = createPayload('zeros', {})
    for (const sequence of [0, 1, 2 ** 52]) {
      const bytes = written(file, 0, 65_535, sequence)
      expect(bytes.subarray(117, 117 + content.length)).toEqual(content)
      for (let i = 0; i < bytes.length; i++) {
        const cycled = content[(i + 117 * (content.length - 1)) % content.length]
        if (bytes[i] !== cycled) throw new Error(`offset ${i}`)
      }
      expect(written(zeros, 117, 65_535, sequence).every(byte => byte === 0)).toBe(true)
    }
  })

  test('a file longer than any datagram, one that changes later, and none', () => {
    const long = new Uint8Array(100_000).fill(1)
    const payload = createPayload('file', { content: long })
    long.fill(2)
    expect(written(payload, 117, 65_535, 0).every(byte => byte === 1)).toBe(true)
    expect(() => createPayload('file', { content: new Uint8Array(0) })).toThrow(RangeError)
    expect(() => createPayload('file', {})).toThrow(RangeError)
  })
})

describe('the tables', () => {
  test('text: one lower-case word of four letters in every 32 bytes, else digits, spaces and punctuation', () => {
    const text = new TextDecoder().decode(tableOf('text'))
    for (let at = 0; at < text.length; at += 32) {
      const block = text.slice(at, at + 32)
      expect(block.match(/[A-Za-z]+/g)).toHaveLength(1)
      expect(block).toMatch(/^[^A-Za-z]+[a-z]{4}[^A-Za-z]+$/)
      expect(block).toMatch(/^[ -~]+$/)
      expect(block).toMatch(/[0-9]/)
    }
    expect(new Set(text.match(/[a-z]{4}/g)).size).toBeGreaterThan(8)
  })

  test('binary: all 256 values in every block of 256', () => {
    const table = tableOf('binary')
    for (let at = 0; at + 256 <= PERIOD; at += 256) expect(new Set(table.subarray(at, at + 256)).size).toBe(256)
  })

  test('random: the seed decides, and any seed will do', () => {
    expect(tableOf('random', 1)).toEqual(tableOf('random', 1))
    expect(tableOf('random')).toEqual(tableOf('random', 1))
    expect(tableOf('random', 1)).not.toEqual(tableOf('random', 2))
    expect(new Set(tableOf('random', 0)).size).toBe(256)
    // Pinned: a seed in a saved plan must give the same bytes in every version.
    for (const [seed, hex] of Object.entries(GOLDEN.random)) {
      expect(toHex(tableOf('random', Number(seed)).subarray(0, 32))).toBe(hex)
    }
  })

  test.each(['text', 'binary', 'random'] as const)('%s: no two of 4093 probes are alike, nor alike a shift', kind => {
    const table = tableOf(kind)
    const twice = [...table, ...table]
    const seen = new Set<string>()
    for (let i = 0; i < PERIOD; i++) seen.add(twice.slice(i, i + 16).join())
    expect(seen.size).toBe(PERIOD)
  })
})

describe('comparing', () => {
  const where = fc.record({
    payload: fc.constantFrom(...PAYLOADS),
    from: fc.nat(300),
    length: fc.nat(200),
    sequence: fc.nat(100_000),
  })

  test('what was written is right, exactly and uppercased, and nothing around it was written', () => {
    fc.assert(
      fc.property(where, fc.nat(5), ({ payload, from, length, sequence }, at) => {
        const bytes = inside(length, (target, start) => {
          payload.write(target, start - from, from, from + length, sequence)
        })
        const placed = new Uint8Array(at + from + length)
        placed.set(bytes, at + from)
        expect(payload.differsAt(placed, at, from, from + length, sequence)).toBe(-1)
        uppercase(placed, 0, placed.length)
        expect(payload.differsUpperAt(placed, at, from, from + length, sequence)).toBe(-1)
      }),
    )
  })

  test('the first of two wrong bytes is found, wherever it is', () => {
    fc.assert(
      fc.property(where, fc.nat(199), fc.nat(199), ({ payload, from, length, sequence }, a, b) => {
        fc.pre(length > 0)
        const bytes = new Uint8Array(from + length)
        payload.write(bytes, 0, from, from + length, sequence)
        const upper = bytes.slice()
        uppercase(upper, 0, upper.length)
        const wrong = [from + (a % length), from + (b % length)]
        for (const i of wrong) {
          bytes[i] = (written(payload, i, i + 1, sequence)[0] ?? 0) ^ 0x80
          upper[i] = bytes[i] ?? 0
        }
        expect(payload.differsAt(bytes, 0, from, from + length, sequence)).toBe(Math.min(...wrong))
        expect(payload.differsUpperAt(upper, 0, from, from + length, sequence)).toBe(Math.min(...wrong))
      }),
    )
  })

  test('text: the first letter is where the two forms part', () => {
    const payload = createPayload('text', {})
    const bytes = new Uint8Array(400)
    payload.write(bytes, 0, 117, 400, 9)
    const letter = bytes.findIndex(byte => byte >= 0x61)
    expect(payload.differsUpperAt(bytes, 0, 117, 400, 9)).toBe(letter)
    uppercase(bytes, 0, 400)
    expect(payload.differsAt(bytes, 0, 117, 400, 9)).toBe(letter)
  })

  test('bytes that are not there are wrong, and nothing is read behind the window', () => {
    for (const payload of PAYLOADS) {
      const around = new Uint8Array(600)
      payload.write(around, 0, 117, 600, 3)
      expect(payload.differsAt(around.subarray(0, 300), 0, 117, 600, 3)).toBe(300)
      expect(payload.differsAt(around.subarray(0, 100), 0, 117, 600, 3)).toBe(117)
      expect(payload.differsAt(around, 0, 300, 300, 3)).toBe(-1)
      expect(payload.differsAt(around, 0, 300, 200, 3)).toBe(-1)
    }
  })
})
