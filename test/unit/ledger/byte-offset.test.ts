import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ByteOffset } from '../../../src/ledger/byte-offset.ts'

describe('ByteOffset (RFC 4737 section 4.4)', () => {
  test('payloads of all that came with a larger sequence, reordered ones too', () => {
    const offset = new ByteOffset(64)
    for (const [sequence, size] of [
      [1, 10],
      [7, 1],
      [8, 2],
      [6, 4],
    ] as const)
      offset.push(sequence, size)
    expect(offset.above(5)).toBe(7)
    expect(offset.above(6)).toBe(3)
    expect(offset.above(0)).toBe(17)
    expect(offset.above(8)).toBe(0)
  })

  test('a leap past the window forgets only what lies before it', () => {
    const offset = new ByteOffset(64)
    offset.push(1, 10)
    offset.push(10_000, 20)
    expect(offset.above(5)).toBe(20)
    expect(offset.above(0)).toBeUndefined()
  })

  test('a packet too late for the window is not silently left out', () => {
    const offset = new ByteOffset(64)
    offset.push(10_000, 20)
    offset.push(500, 7)
    expect(offset.above(600)).toBe(20)
    expect(offset.above(400)).toBeUndefined()
  })

  test('property: exact or undefined, exact within the history', () => {
    const arrivals = fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: 700 }), fc.integer({ min: 1, max: 9 })), {
      selector: ([sequence]) => sequence,
      maxLength: 300,
    })
    fc.assert(
      fc.property(arrivals, fc.constantFrom(64, 256, 1024), (packets, history) => {
        const offset = new ByteOffset(history)
        let newest = -Infinity
        const seen: [number, number][] = []
        for (const [sequence, size] of packets) {
          const exact = seen.reduce((sum, [s, bytes]) => sum + (s > sequence ? bytes : 0), 0)
          const found = offset.above(sequence)
          if (found !== undefined || sequence > newest - history) expect(found).toBe(exact)
          offset.push(sequence, size)
          seen.push([sequence, size])
          newest = Math.max(newest, sequence)
        }
      }),
    )
  })
})
