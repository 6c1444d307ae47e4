import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MILLISECOND } from '../../../src/base/nanos.ts'
import { Reordering, type ReorderedPacket } from '../../../src/ledger/reordering.ts'

interface Arrival {
  readonly sequence: number
  readonly arrived: number
  readonly size: number
}

/** Payloads of 100 bytes; arrivals in ms, or one a ms. */
function arrivals(sequences: readonly number[], ms: readonly number[] = []): Arrival[] {
  return sequences.map((sequence, n) => ({ sequence, arrived: (ms[n] ?? n) * MILLISECOND, size: 100 }))
}

function run(packets: readonly Arrival[], history?: number) {
  const reordering = new Reordering(history)
  const late = new Map<number, ReorderedPacket>()
  for (const { sequence, arrived, size } of packets) {
    const packet = reordering.push(sequence, arrived, size)
    if (packet !== undefined) late.set(sequence, packet)
  }
  return { ...reordering.result(), late: Object.fromEntries(late) }
}

/** `{ 4: [e, n, late ms, bytes] }` */
function expectations(rows: Record<number, [number, number, number, number]>) {
  return Object.fromEntries(
    Object.entries(rows).map(([sequence, [extent, n, ms, byteOffset]]) => [
      sequence,
      { extent, n, lateTime: ms * MILLISECOND, byteOffset },
    ]),
  )
}

describe('RFC 4737', () => {
  test('table 1: one packet late', () => {
    const result = run(arrivals([1, 2, 3, 5, 6, 7, 8, 4, 9, 10], [68, 88, 108, 148, 168, 188, 208, 210, 228, 248]))
    expect(result.late).toEqual(expectations({ 4: [4, 4, 62, 400] }))
    expect(result).toMatchObject({
      received: 10,
      reordered: 1,
      ratio: 1 / 10,
      maxExtent: 4,
      extents: [[4, 1]],
      beyondHistory: 0,
      maxLateTime: 62 * MILLISECOND,
      maxByteOffset: 400,
      freeRuns: { x: 1, a: 9, p: 10, q: 49 },
      discontinuities: { count: 1, skipped: 1, largest: 1 },
      gaps: undefined,
    })
    expect(result.nReordering).toEqual([1, 2, 3, 4].map(n => ({ n, count: 1, degree: 0.1 })))
  })

  test('table 2: one packet early', () => {
    const result = run(arrivals([1, 2, 3, 4, 7, 5, 6, 8, 9, 10], [68, 88, 108, 128, 188, 189, 190, 208, 228, 248]))
    expect(result.late).toEqual(expectations({ 5: [1, 1, 1, 100], 6: [2, 0, 2, 100] }))
    expect(result).toMatchObject({ ratio: 2 / 10, discontinuities: { count: 1, skipped: 2, largest: 2 } })
  })

  test('table 3: a block late', () => {
    const times = [68, 88, 108, 188, 208, 228, 248, 250, 252, 256, 268]
    const result = run(arrivals([1, 2, 3, 7, 8, 9, 10, 4, 5, 6, 11], times))
    expect(result.late).toEqual(expectations({ 4: [4, 4, 62, 400], 5: [5, 0, 64, 400], 6: [6, 0, 68, 400] }))
    expect(result.ratio).toBe(3 / 11)
    expect(result.extents).toEqual([
      [4, 1],
      [5, 1],
      [6, 1],
    ])
  })

  test('table 4: two discontinuities', () => {
    const result = run(arrivals([1, 2, 3, 6, 7, 4, 5, 8, 9, 10, 12, 13, 11, 14, 15, 16]))
    expect(Object.entries(result.late).map(([s, { extent, n }]) => [Number(s), extent, n])).toEqual([
      [4, 2, 2],
      [5, 3, 0],
      [11, 2, 2],
    ])
    expect(result.discontinuities).toEqual({ count: 2, skipped: 3, largest: 2 })
    expect(result.gaps).toEqual({ count: 1, min: 7, mean: 7, max: 7 })
    // Runs of 5, 0 and 5; the last three packets are a run still open.
    expect(result.freeRuns).toEqual({ x: 3, a: 13, p: 16, q: 50 })
  })

  test('section 5.3: all three reordered, only 4 n-reordered', () => {
    const result = run(arrivals([1, 2, 3, 7, 8, 9, 4, 5, 6]))
    expect(Object.entries(result.late).map(([s, { n }]) => [Number(s), n])).toEqual([
      [4, 3],
      [5, 0],
      [6, 0],
    ])
    expect(result.nReordering.map(({ count }) => count)).toEqual([1, 1, 1])
  })

  test('section 4.6: 36 packets, three runs of 11', () => {
    const sequences = [1, 13, 25].flatMap(from => [...Array.from({ length: 11 }, (_, n) => from + 1 + n), from])
    expect(run(arrivals(sequences)).freeRuns).toEqual({ x: 3, a: 33, p: 36, q: 363 })
  })

  test('loss of 7 in 10 makes no reordering', () => {
    const result = run(arrivals([1, 10, 5]))
    expect(result.late).toEqual(expectations({ 5: [1, 1, 1, 100] }))
    expect(result).toMatchObject({ received: 3, discontinuities: { count: 1, skipped: 8, largest: 8 } })
    expect(run(arrivals([1, 10, 50, 1000])).reordered).toBe(0)
  })

  test('RFC 6673: 4 7 5 6', () => {
    expect(Object.keys(run(arrivals([4, 7, 5, 6])).late)).toEqual(['5', '6'])
  })

  test('1 1 3 2 2 4 without its two duplicates', () => {
    const result = run(arrivals([1, 3, 2, 4]))
    expect(result).toMatchObject({ received: 4, ratio: 1 / 4, extents: [[1, 1]] })
    expect(() => run(arrivals([1, 1]))).toThrow('sequence 1 twice')
  })
})

describe('Reordering', () => {
  test('nothing received', () => {
    expect(new Reordering().result()).toMatchObject({
      received: 0,
      reordered: 0,
      ratio: undefined,
      maxExtent: 0,
      extents: [],
      nReordering: [],
      maxLateTime: undefined,
      maxByteOffset: undefined,
      gaps: undefined,
    })
  })

  test('byte offset counts every larger payload, reordered ones too', () => {
    expect(run(arrivals([1, 7, 8, 6, 5])).late[5]).toMatchObject({ extent: 3, n: 3, byteOffset: 300 })
  })

  test('a gap of loss alone is no reordering gap', () => {
    // Discontinuities at positions 2, 4 and 6; nobody was overtaken at 4.
    expect(run(arrivals([1, 3, 2, 10, 11, 14, 13])).gaps).toEqual({ count: 1, min: 4, mean: 4, max: 4 })
  })

  test('the first packet may turn out to have overtaken others', () => {
    const result = run(arrivals([5, 1, 2]))
    expect(result.late[2]).toMatchObject({ extent: 2, n: 0, byteOffset: 100 })
    expect(result.discontinuities.count).toBe(0)
  })

  test('beyond the history an extent is a lower bound, and is counted as one', () => {
    const order = Array.from({ length: 500 }, (_, n) => n + 2)
    const result = run(arrivals([...order, 1]), 100)
    expect(result.late[1]).toEqual({ extent: 128, n: 128, lateTime: 128 * MILLISECOND, byteOffset: undefined })
    expect(result).toMatchObject({ reordered: 1, beyondHistory: 1, extents: [[128, 1]], maxByteOffset: undefined })
    expect(run(arrivals([...order, 1])).late[1]).toMatchObject({ extent: 500, n: 500, byteOffset: 50_000 })
  })

  test('200 000 packets, most of them reordered by hundreds, in a moment', () => {
    // Half of each block of 2000 comes backwards after the other half.
    const reordering = new Reordering()
    for (let n = 0; n < 200_000; n++) {
      const within = n % 2000
      reordering.push(n - within + (within < 1000 ? 1000 + within : 1999 - within), n, 100)
    }
    expect(reordering.result()).toMatchObject({
      received: 200_000,
      reordered: 100_000,
      maxExtent: 1999,
      maxByteOffset: 199_900,
      gaps: { count: 99, min: 2000, max: 2000 },
    })
  })
})

/** O(n²), from the text of RFC 4737. */
function naive(packets: readonly Arrival[]) {
  const late: Record<number, ReorderedPacket> = {}
  const begins = new Set<number>()
  let nextExpected = -Infinity
  for (const [i, { sequence, arrived }] of packets.entries()) {
    if (sequence >= nextExpected) {
      nextExpected = sequence + 1
      continue
    }
    const j = packets.findIndex(other => other.sequence > sequence)
    begins.add(j)
    let n = 0
    while (n < i && (packets[i - n - 1]?.sequence ?? NaN) > sequence) n++
    late[sequence] = {
      extent: i - j,
      n,
      lateTime: arrived - (packets[j]?.arrived ?? NaN),
      byteOffset: packets.slice(j, i).reduce((sum, p) => sum + (p.sequence > sequence ? p.size : 0), 0),
    }
  }
  const positions = [...begins].sort((a, b) => a - b)
  return { late, gaps: positions.slice(1).map((position, n) => position - (positions[n] ?? NaN)) }
}

function check(packets: readonly Arrival[], history?: number) {
  const expected = naive(packets)
  const result = run(packets, history)
  const late = Object.values(expected.late)
  expect(result.late).toEqual(expected.late)
  expect(result.reordered).toBe(late.length)
  expect(result.ratio).toBe(packets.length === 0 ? undefined : late.length / packets.length)
  expect(result.maxExtent).toBe(Math.max(0, ...late.map(({ extent }) => extent)))
  expect(new Map(result.extents)).toEqual(histogram(late.map(({ extent }) => extent)))
  for (const { n, ...rest } of result.nReordering) {
    const m = late.filter(packet => packet.n >= n).length
    expect(rest).toEqual({ count: m, degree: m / packets.length })
  }
  expect(result.nReordering).toHaveLength(Math.max(0, ...late.map(({ n }) => n)))
  expect(result.gaps?.count ?? 0).toBe(expected.gaps.length)
  expect(result.gaps?.min ?? Infinity).toBe(Math.min(...expected.gaps))
  expect(result.gaps?.max ?? -Infinity).toBe(Math.max(...expected.gaps))
}

function histogram(values: readonly number[]): Map<number, number> {
  const counts = new Map<number, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return counts
}

const sizes = fc.infiniteStream(fc.integer({ min: 0, max: 1500 }))

function sized(sequences: readonly number[], size: Iterator<number, unknown>): Arrival[] {
  return sequences.map((sequence, n) => ({ sequence, arrived: n * n, size: Number(size.next().value) }))
}

describe('property: the definitions, word for word', () => {
  test('any order of 1 to K, a part of them lost', () => {
    const order = fc
      .integer({ min: 0, max: 150 })
      .chain(k => fc.shuffledSubarray(Array.from({ length: k }, (_, n) => n + 1)))
    fc.assert(fc.property(order, sizes, (sequences, size) => check(sized(sequences, size))))
  })

  test('random delays, more packets than the history holds', () => {
    const delays = fc.array(fc.integer({ min: 0, max: 25 }), { minLength: 300, maxLength: 400 })
    fc.assert(
      fc.property(delays, sizes, (delay, size) => {
        const arrival = delay.map((ms, n) => ({ sequence: n, at: n + ms }))
        check(
          sized(
            arrival.toSorted((a, b) => a.at - b.at).map(({ sequence }) => sequence),
            size,
          ),
          64,
        )
      }),
      { numRuns: 30 },
    )
  })
})
