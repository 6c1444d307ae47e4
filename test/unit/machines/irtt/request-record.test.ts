import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MILLISECOND, type Nanos } from '../../../../src/base/nanos.ts'
import type { ImpairmentRule } from '../../../../src/facts/impairment-rule.ts'

import type { IrttStats } from '../../../../src/wire/irtt/parameters.ts'
import { RequestRecord, type RequestRows } from '../../../../src/machines/irtt/request-record.ts'
import { networkOf } from '../plans.ts'
import { runIrtt, words, type FinishedRun } from './irtt-harness.ts'

const PLAN = { count: 120, interval: 5 * MILLISECOND, timeout: 200 * MILLISECOND }

const ratio = fc.nat(40).map(percent => percent / 100)
const rules = fc
  .record({ drop: ratio, duplicate: ratio, reorder: ratio, delay: fc.nat(60) })
  .map(({ drop, duplicate, reorder, delay }): ImpairmentRule[] => [
    { rule: 'drop', ratio: drop },
    { rule: 'duplicate', ratio: duplicate },
    { rule: 'reorder', ratio: reorder, delay: delay * MILLISECOND },
  ])

/** Whether the server received each request, by its own record. */
function received({ irttServer, facts }: FinishedRun): boolean[] {
  const seen = new Set(
    irttServer.requests.map(bytes => new DataView(bytes.buffer, bytes.byteOffset).getUint32(12, true)),
  )
  return Array.from({ length: facts.clients[0]?.scheduled ?? 0 }, (_, sequence) => seen.has(sequence))
}

test('No direction is ever wrong, whatever the path loses, copies and reorders', () => {
  const stats = fc.constantFrom<IrttStats>('window', 'both')
  const property = fc.property(
    fc.record({
      seed: fc.nat(1e6),
      up: rules,
      down: rules,
      stats,
      server: fc.record({ countsDistinct: fc.boolean(), keepsWindow: fc.boolean() }),
      latency: fc.nat(80),
    }),
    ({ seed, up, down, stats, server, latency }) => {
      const run = runIrtt({
        plan: { ...PLAN, sizes: [stats === 'both' ? 60 : 56] },
        protocol: { stats },
        server,
        rest: { network: networkOf({ seed, up, down, latency: latency * MILLISECOND }) },
      })
      const truth = received(run)
      words(run.facts).forEach((word, sequence) => {
        if (word === 'received') expect(truth[sequence], `${sequence}`).toBe(true)
        if (word === 'notReceived') expect(truth[sequence], `${sequence}`).toBe(false)
      })
    },
  )
  fc.assert(property, { numRuns: 60 })
})

test('On a path that only loses, the direction of every loss is known, unless the closing probes are lost too', () => {
  const percent = fc.nat(20)
  const property = fc.property(fc.nat(1e6), percent, percent, fc.nat(80), (seed, up, down, latency) => {
    const network = networkOf({
      seed,
      up: [{ rule: 'drop', ratio: up / 100 }],
      down: [{ rule: 'drop', ratio: down / 100 }],
      latency: latency * MILLISECOND,
    })
    const run = runIrtt({ plan: PLAN, rest: { network } })
    const truth = received(run)
    const found = words(run.facts)
    // Forty probes are sent within a timeout.
    expect(found.slice(0, -60)).not.toContain('unknown')
    found.forEach((word, sequence) => {
      if (word !== 'unknown') expect(word === 'notReceived', `${sequence}`).toBe(truth[sequence] === false)
    })
  })
  fc.assert(property, { numRuns: 40 })
})

/** A table of requests that were sent 10 ms after each other. */
class Rows implements RequestRows {
  scheduled = 0
  readonly words = new Map<number, 'received' | 'notReceived'>()
  readonly booked = new Set<number>()

  sentAt(sequence: number): Nanos {
    return sequence < this.scheduled ? sequence * 10 * MILLISECOND : Infinity
  }
  isReceived(sequence: number): boolean {
    return this.booked.has(sequence) || this.words.get(sequence) === 'received'
  }
  markReceived(sequence: number): void {
    if (!this.booked.has(sequence)) this.words.set(sequence, 'received')
  }
  markNotReceived(sequence: number): void {
    this.words.set(sequence, 'notReceived')
  }
}

/** Replies as [sequence, count, window], each after all requests up to `scheduled` were sent. */
function concluded(scheduled: number, replies: readonly (readonly [number, number | undefined, bigint])[]): object {
  const rows = new Rows()
  rows.scheduled = scheduled
  const record = new RequestRecord(rows, 20 * MILLISECOND, 10 * MILLISECOND)
  for (const [sequence, count, bits] of replies) {
    const window = { low: Number(bits & 0xffffffffn), high: Number(bits >> 32n) }
    record.add({ sequence, sent: rows.sentAt(sequence), count, window })
    rows.booked.add(sequence)
    rows.words.delete(sequence)
  }
  return Object.fromEntries(rows.words)
}

// The vectors of docs/irtt.md: arrivals 0 1 3 4, and 0 1 5 3, where a late request empties the window.
test('A clear bit counts a timeout later, and not before', () => {
  const replies = [
    [0, 1, 0x1n],
    [1, 2, 0x3n],
    [3, 3, 0xdn],
  ] as const
  expect(concluded(9, replies)).toEqual({})
  expect(concluded(9, [...replies, [4, 4, 0x1bn]])).toEqual({ 2: 'notReceived' })
})

test('A set bit is a request that was received', () => {
  expect(
    concluded(9, [
      [0, 1, 0x1n],
      [4, 4, 0x1bn],
    ]),
  ).toEqual({ 1: 'received', 2: 'notReceived', 3: 'received' })
})

test('A window that a late request emptied does not say that others were lost', () => {
  // 5 was received before 3, and its reply is lost: its bit is clear afterwards.
  expect(
    concluded(12, [
      [0, 1, 0x1n],
      [1, 2, 0x3n],
      [3, 4, 0x1n],
      [8, 5, 0x21n],
      [11, 6, 0x109n],
    ]),
  ).toEqual({})
})

test('A window of 1 after a gap of 64 says that nothing between was received, if the count agrees', () => {
  const before = [
    [0, 1, 0x1n],
    [1, 2, 0x3n],
  ] as const
  const lost = Object.fromEntries(Array.from({ length: 98 }, (_, n) => [n + 2, 'notReceived']))
  expect(concluded(110, [...before, [100, 3, 0x1n], [103, 4, 0x9n]])).toEqual({
    ...lost,
    101: 'notReceived',
  })
  expect(concluded(110, [...before, [100, 4, 0x1n], [103, 5, 0x9n]])).toEqual({})
})

test('Without counts a clear bit proves nothing before a window has repeated enough bits', () => {
  const replies = [
    [0, 1, 0x1n],
    [1, 2, 0x3n],
    [3, 3, 0xdn],
    [6, 4, 0x69n],
  ] as const
  expect(concluded(9, replies)).toEqual({ 2: 'notReceived', 4: 'notReceived' })
  expect(
    concluded(
      9,
      replies.map(([sequence, , bits]) => [sequence, undefined, bits]),
    ),
  ).toEqual({})
})

test.each([
  ['does not show the answered request', 0x1an],
  ['shows requests before the first one', 0x7bn],
])('A window that %s proves nothing', (_, bits) => {
  const before = [
    [0, 1, 0x1n],
    [1, 2, 0x3n],
  ] as const
  expect(concluded(9, [...before, [4, 4, bits]])).toEqual({})
  expect(concluded(9, [...before, [4, 4, 0x1bn]])).toEqual({ 2: 'notReceived', 3: 'received' })
})

test('A request that left faster than the session may ask has no direction if its bit is clear', () => {
  const rows = new Rows()
  // Ten at once, and one each interval after that.
  rows.sentAt = sequence => Math.max(0, sequence - 9) * 10 * MILLISECOND
  rows.scheduled = 20
  const record = new RequestRecord(rows, 20 * MILLISECOND, 10 * MILLISECOND)
  record.add({ sequence: 0, sent: 0, count: 1, window: { low: 1, high: 0 } })
  rows.booked.add(0)
  // 1 to 3 are lost, 4 is received, and the server ignores 5 to 9. Then 10 is lost.
  record.add({ sequence: 13, sent: 40 * MILLISECOND, count: 5, window: { low: 0b10_0000_0111, high: 0 } })
  expect(Object.fromEntries(rows.words)).toEqual({
    1: 'notReceived',
    2: 'notReceived',
    3: 'notReceived',
    4: 'received',
    10: 'notReceived',
    11: 'received',
    12: 'received',
  })
})

test('A request that never left does not keep later ones from a direction', () => {
  const rows = new Rows()
  rows.sentAt = sequence => (sequence === 1 ? Infinity : sequence * 10 * MILLISECOND)
  rows.scheduled = 9
  const record = new RequestRecord(rows, 20 * MILLISECOND, 10 * MILLISECOND)
  record.add({ sequence: 0, sent: 0, count: 1, window: { low: 1, high: 0 } })
  rows.booked.add(0)
  record.add({ sequence: 5, sent: 50 * MILLISECOND, count: 2, window: { low: 0b10_0001, high: 0 } })
  expect(Object.fromEntries(rows.words)).toEqual({ 2: 'notReceived', 3: 'notReceived' })
})
