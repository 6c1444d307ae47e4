import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MILLISECOND } from '../../../src/base/nanos.ts'
import { Reordering } from '../../../src/ledger/reordering.ts'

interface Arrival {
  readonly sequence: number
  readonly arrived: number
}

/** Arrivals in ms, or one a ms. */
function arrivals(sequences: readonly number[], ms: readonly number[] = []): Arrival[] {
  return sequences.map((sequence, n) => ({ sequence, arrived: (ms[n] ?? n) * MILLISECOND }))
}

function run(packets: readonly Arrival[], history?: number) {
  const reordering = new Reordering(history)
  const late = packets.filter(({ sequence, arrived }) => reordering.push(sequence, arrived))
  return { ...reordering.result(), late: late.map(({ sequence }) => sequence) }
}

describe('RFC 4737', () => {
  test('table 1: one packet late', () => {
    expect(run(arrivals([1, 2, 3, 5, 6, 7, 8, 4, 9, 10], [68, 88, 108, 148, 168, 188, 208, 210, 228, 248]))).toEqual({
      late: [4],
      received: 10,
      reordered: 1,
      maxExtent: 4,
      nReordering: 4,
      maxLateTime: 62 * MILLISECOND,
      atLeast: false,
    })
  })

  test('table 2: one packet early', () => {
    const result = run(arrivals([1, 2, 3, 4, 7, 5, 6, 8, 9, 10], [68, 88, 108, 128, 188, 189, 190, 208, 228, 248]))
    expect(result).toMatchObject({ late: [5, 6], maxExtent: 2, nReordering: 1, maxLateTime: 2 * MILLISECOND })
  })

  test('table 3: a block late', () => {
    const times = [68, 88, 108, 188, 208, 228, 248, 250, 252, 256, 268]
    const result = run(arrivals([1, 2, 3, 7, 8, 9, 10, 4, 5, 6, 11], times))
    expect(result).toMatchObject({ late: [4, 5, 6], maxExtent: 6, nReordering: 4, maxLateTime: 68 * MILLISECOND })
  })

  test('table 4: two discontinuities', () => {
    const result = run(arrivals([1, 2, 3, 6, 7, 4, 5, 8, 9, 10, 12, 13, 11, 14, 15, 16]))
    expect(result).toMatchObject({ late: [4, 5, 11], maxExtent: 3, nReordering: 2 })
  })

  test('section 5.3: all three reordered, only 4 n-reordered', () => {
    expect(run(arrivals([1, 2, 3, 7, 8, 9, 4, 5, 6]))).toMatchObject({ late: [4, 5, 6], nReordering: 3 })
  })

  test('a loss of 7 in 10 causes no reordering', () => {
    expect(run(arrivals([1, 10, 5]))).toMatchObject({ received: 3, late: [5], maxExtent: 1, nReordering: 1 })
    expect(run(arrivals([1, 10, 50, 1000])).reordered).toBe(0)
  })

  test('RFC 6673: 4 7 5 6', () => {
    expect(run(arrivals([4, 7, 5, 6])).late).toEqual([5, 6])
  })

  test('1 1 3 2 2 4 without its two duplicates', () => {
    expect(run(arrivals([1, 3, 2, 4]))).toMatchObject({ received: 4, reordered: 1, maxExtent: 1 })
    expect(() => run(arrivals([1, 1]))).toThrow('sequence 1 twice')
  })
})

describe('Reordering', () => {
  test('nothing received', () => {
    expect(new Reordering().result()).toEqual({
      received: 0,
      reordered: 0,
      maxExtent: 0,
      nReordering: 0,
      maxLateTime: undefined,
      atLeast: false,
    })
  })

  test('the first packet may turn out to have overtaken others', () => {
    expect(run(arrivals([5, 1, 2]))).toMatchObject({ late: [1, 2], maxExtent: 2, nReordering: 1 })
  })

  test('beyond the history all metrics are lower bounds, and marked so', () => {
    const order = Array.from({ length: 500 }, (_, n) => n + 2)
    expect(run(arrivals([...order, 1]), 100)).toMatchObject({
      late: [1],
      maxExtent: 128,
      nReordering: 128,
      maxLateTime: 128 * MILLISECOND,
      atLeast: true,
    })
    expect(run(arrivals([...order, 1]))).toMatchObject({ maxExtent: 500, nReordering: 500, atLeast: false })
  })

  test('200 000 packets, most of them reordered by hundreds, in a moment', () => {
    // Half of each block of 2000 comes backwards after the other half.
    const reordering = new Reordering()
    for (let n = 0; n < 200_000; n++) {
      const within = n % 2000
      reordering.push(n - within + (within < 1000 ? 1000 + within : 1999 - within), n)
    }
    expect(reordering.result()).toMatchObject({ received: 200_000, reordered: 100_000, maxExtent: 1999 })
  })
})

/** O(n²), from the text of RFC 4737. */
function naive(packets: readonly Arrival[]) {
  const late: { sequence: number; extent: number; n: number; lateTime: number }[] = []
  let nextExpected = -Infinity
  for (const [i, { sequence, arrived }] of packets.entries()) {
    if (sequence >= nextExpected) {
      nextExpected = sequence + 1
      continue
    }
    const j = packets.findIndex(other => other.sequence > sequence)
    let n = 0
    while (n < i && (packets[i - n - 1]?.sequence ?? NaN) > sequence) n++
    late.push({ sequence, extent: i - j, n, lateTime: arrived - (packets[j]?.arrived ?? NaN) })
  }
  return late
}

function check(packets: readonly Arrival[], history?: number) {
  const late = naive(packets)
  expect(run(packets, history)).toEqual({
    late: late.map(({ sequence }) => sequence),
    received: packets.length,
    reordered: late.length,
    maxExtent: Math.max(0, ...late.map(({ extent }) => extent)),
    nReordering: Math.max(0, ...late.map(({ n }) => n)),
    maxLateTime: late.length === 0 ? undefined : Math.max(...late.map(({ lateTime }) => lateTime)),
    atLeast: false,
  })
}

function timed(sequences: readonly number[]): Arrival[] {
  return sequences.map((sequence, n) => ({ sequence, arrived: n * n }))
}

describe('property: the definitions, literally', () => {
  test('any order of 1 to K, a part of them lost', () => {
    const order = fc
      .integer({ min: 0, max: 150 })
      .chain(k => fc.shuffledSubarray(Array.from({ length: k }, (_, n) => n + 1)))
    fc.assert(fc.property(order, sequences => check(timed(sequences))))
  })

  test('random delays, more packets than the history holds', () => {
    const delays = fc.array(fc.integer({ min: 0, max: 25 }), { minLength: 300, maxLength: 400 })
    fc.assert(
      fc.property(delays, delay => {
        const arrival = delay.map((ms, n) => ({ sequence: n, at: n + ms }))
        check(timed(arrival.toSorted((a, b) => a.at - b.at).map(({ sequence }) => sequence)), 64)
      }),
      { numRuns: 30 },
    )
  })
})
