import { describe, expect, test } from 'vitest'
import { MILLISECOND, SECOND } from '../../../src/base/nanos.ts'
import type { ImpairmentRule } from '../../../src/facts/impairment-rule.ts'
import { probeBytes, textBytes } from './datagrams.ts'
import { type Forwarded, RelayHarness } from './relay-harness.ts'

const LATE: ImpairmentRule = { rule: 'delay', base: 10 * MILLISECOND, jitter: 0 }
const COPY: ImpairmentRule = { rule: 'duplicate', ratio: 1 }
const HALF: ImpairmentRule = { rule: 'drop', ratio: 0.5 }
/** The memory of a waiting datagram besides its bytes. */
const OVERHEAD = 256

describe('without rules', () => {
  test('a datagram is forwarded immediately, from the other socket, to the same client, unchanged', () => {
    const bench = new RelayHarness()
    const bytes = probeBytes(200)
    bench.arrive('up', bytes, 3)
    bench.arrive('down', bytes.subarray(0, 0), 3)
    const { sent, wake } = bench.send()
    expect(sent.map(({ way, flow, bytes }) => [way, flow, bytes])).toEqual([
      ['up', 3, bytes],
      ['down', 3, new Uint8Array(0)],
    ])
    expect(wake).toBe(Infinity)
    expect(bench.truth).toMatchObject({ up: { seen: 1, forwarded: 1 }, down: { seen: 1, forwarded: 1 }, clients: 1 })
  })

  test('the bytes are copied: the inbox may be overwritten', () => {
    const bench = new RelayHarness({ up: [LATE] })
    const bytes = textBytes('hello')
    bench.arrive('up', bytes)
    bytes.fill(0)
    expect(bench.run(SECOND).map(({ bytes }) => bytes)).toEqual([textBytes('hello')])
  })

  test('arrivals are sent in order, however few fit', () => {
    const bench = new RelayHarness()
    for (let n = 0; n < 5; n++) bench.arrive('up', Uint8Array.of(n))
    expect(bench.send(2).sent.map(({ bytes }) => bytes[0])).toEqual([0, 1])
    expect(bench.send(2, 1).sent.map(({ bytes }) => bytes[0])).toEqual([2])
    expect(bench.run(0).map(({ bytes }) => bytes[0])).toEqual([3, 4])
  })
})

describe('time', () => {
  test('a delayed datagram is sent when it is due, not before', () => {
    const bench = new RelayHarness({ down: [LATE] })
    bench.now = 5
    bench.arrive('down', textBytes('x'))
    expect(bench.send()).toEqual({ sent: [], wake: 5 + 10 * MILLISECOND })
    bench.now = 5 + 10 * MILLISECOND - 1
    expect(bench.send().sent).toEqual([])
    bench.now += 1
    expect(bench.send().sent).toHaveLength(1)
  })

  test('--duration ends it, and waiting datagrams are abandoned', () => {
    const bench = new RelayHarness({ up: [LATE], duration: 9 * MILLISECOND })
    bench.arrive('up', probeBytes(128, 4))
    expect(bench.send().wake).toBe(9 * MILLISECOND)
    bench.now = 9 * MILLISECOND
    expect(bench.send().sent).toEqual([])
    expect(bench.machine.closed).toBe(true)
    expect(bench.truth.up).toMatchObject({ seen: 1, delayed: 1, abandoned: 1, forwarded: 0 })
    expect(bench.truth.runs).toEqual({ '1A2B3C4D': { 4: ['up:delayed', 'up:abandoned'] } })
  })

  test('once stopped it accepts nothing more', () => {
    const bench = new RelayHarness({ up: [LATE] })
    bench.arrive('up', probeBytes(128))
    bench.machine.stop(bench.now)
    bench.arrive('up', probeBytes(128, 1))
    expect(bench.run(SECOND)).toEqual([])
    expect(bench.truth.up).toMatchObject({ seen: 1, abandoned: 1 })
  })
})

describe('the record', () => {
  test('each action in order, copies after their original', () => {
    const up: ImpairmentRule[] = [{ rule: 'truncate', length: 60, ratio: 1 }, COPY, { rule: 'dropEvery', every: 2 }]
    const bench = new RelayHarness({ up, down: [LATE] })
    expect(bench.pass('up', probeBytes(128, 7)).map(({ length }) => length)).toEqual([60])
    bench.arrive('down', probeBytes(60, 7))
    bench.run(SECOND)
    expect(bench.truth.runs).toEqual({
      '1A2B3C4D': { 7: ['up:truncated', 'up:duplicated', 'up:dropped', 'down:delayed'] },
    })
    expect(bench.truth.up).toMatchObject({ seen: 1, truncated: 1, duplicated: 1, dropped: 1, forwarded: 1 })
  })

  test('a run without actions is in it, empty', () => {
    const bench = new RelayHarness()
    bench.pass('up', probeBytes(128))
    expect(bench.truth.runs).toEqual({ '1A2B3C4D': {} })
  })

  test('other traffic, by client, direction and number', () => {
    const bench = new RelayHarness({ up: [{ rule: 'dropEvery', every: 2 }], down: [COPY] })
    for (let n = 0; n < 4; n++) bench.pass('up', textBytes(`line ${n}`), 2)
    bench.pass('down', textBytes('LINE 0'), 2)
    expect(bench.truth.others).toEqual({
      '127.0.0.1:40002': { 'up 1': ['up:dropped'], 'up 3': ['up:dropped'], 'down 0': ['down:duplicated'] },
    })
    expect(bench.truth.runs).toEqual({})
  })

  test('a packet above the MTU counts as dropped; IPv6 has larger headers', () => {
    for (const [headers, lost] of [
      [28, 0],
      [48, 1],
    ] as const) {
      const bench = new RelayHarness({ up: [{ rule: 'mtu', size: 1500 }] }, headers)
      bench.pass('up', probeBytes(1472))
      expect(bench.truth.up).toMatchObject({ dropped: lost, forwarded: 1 - lost })
    }
  })

  test('ICMP errors', () => {
    const bench = new RelayHarness()
    bench.machine.unreachable()
    expect(bench.truth.unreachable).toBe(1)
  })
})

describe('refusals of our kernel', () => {
  test('are booked by token, and only that one', () => {
    const bench = new RelayHarness()
    const tokens = [0, 1, 2].map(sequence => {
      bench.arrive('up', probeBytes(128, sequence))
      return bench.send().sent[0]?.token ?? NaN
    })
    expect(tokens).toEqual([0, 1, 2])
    bench.machine.refused(0, 1, 1)
    expect(bench.truth.up).toMatchObject({ seen: 3, forwarded: 2, refused: 1 })
    expect(bench.truth.runs).toEqual({ '1A2B3C4D': { 1: ['up:refused'] } })
  })

  test('several in a row', () => {
    const bench = new RelayHarness({ down: [COPY] })
    bench.arrive('down', probeBytes(128, 9))
    const [first] = bench.send().sent
    bench.machine.refused(0, first?.token ?? NaN, 2)
    expect(bench.truth.down).toMatchObject({ seen: 1, duplicated: 1, forwarded: 0, refused: 2 })
  })

  test('are found after many others', () => {
    const bench = new RelayHarness()
    let last: Forwarded | undefined
    for (let n = 0; n < 5000; n++) {
      bench.arrive('up', probeBytes(34, n))
      last = bench.send().sent[0]
    }
    expect(last?.token).toBe(4999)
    bench.machine.refused(0, 4990, 1)
    expect(bench.truth.runs['1A2B3C4D']).toEqual({ 4990: ['up:refused'] })
  })
})

describe('the queue is bounded', () => {
  test('excess is dropped, counted and recorded; both directions and all clients share it', () => {
    const bench = new RelayHarness({ up: [LATE], down: [LATE], queue: 3 * (100 + OVERHEAD) })
    bench.arrive('up', probeBytes(100, 0), 0)
    bench.arrive('down', probeBytes(100, 1), 0)
    bench.arrive('up', probeBytes(100, 2), 1)
    bench.arrive('up', probeBytes(100, 3), 1)
    bench.arrive('down', probeBytes(0), 0)
    expect(bench.truth.up).toMatchObject({ seen: 3, queueDropped: 1 })
    expect(bench.truth.down).toMatchObject({ seen: 2, queueDropped: 1 })
    expect(bench.truth.runs['1A2B3C4D']?.['3']).toEqual(['up:delayed', 'up:queueDropped'])
    expect(bench.run(SECOND)).toHaveLength(3)
  })

  test('sent datagrams make room', () => {
    const bench = new RelayHarness({ queue: 100 + OVERHEAD })
    for (let n = 0; n < 10; n++) expect(bench.pass('up', probeBytes(100, n))).toHaveLength(1)
  })

  test('datagrams of an evicted client make room too', () => {
    const bench = new RelayHarness({ up: [LATE], queue: 100 + OVERHEAD })
    bench.arrive('up', probeBytes(100, 0))
    bench.machine.evict(0)
    bench.run(SECOND)
    bench.arrive('up', probeBytes(100, 1), 1)
    expect(bench.run(2 * SECOND)).toHaveLength(1)
  })
})

describe('an evicted client', () => {
  test('its waiting datagrams are abandoned, and its number is free for another', () => {
    const bench = new RelayHarness({ up: [LATE] })
    bench.arrive('up', probeBytes(128, 1), 0)
    bench.machine.evict(0)
    expect(bench.facts).toMatchObject({ clients: 1, clientsNow: 0 })
    bench.arrive('up', probeBytes(128, 2), 0)
    expect(bench.facts).toMatchObject({ clients: 2, clientsNow: 1 })
    const sent = bench.run(SECOND)
    expect(sent.map(({ bytes }) => bytes)).toEqual([probeBytes(128, 2)])
    expect(bench.truth.up).toMatchObject({ seen: 2, forwarded: 1, abandoned: 1 })
    expect(bench.truth.runs['1A2B3C4D']?.['1']).toEqual(['up:delayed', 'up:abandoned'])
  })

  test('an unknown one changes nothing', () => {
    const bench = new RelayHarness()
    bench.machine.evict(5)
    expect(bench.facts.clientsNow).toBe(0)
  })

  test('has its own random generator when it comes back: it is another client', () => {
    const lost = (bench: RelayHarness): boolean[] =>
      Array.from({ length: 64 }, (_, n) => bench.pass('up', probeBytes(40, n)).length === 0)
    const bench = new RelayHarness({ up: [HALF] })
    const first = lost(bench)
    bench.machine.evict(0)
    expect(lost(bench)).not.toEqual(first)
  })
})
