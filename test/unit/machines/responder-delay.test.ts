import { describe, expect, test } from 'vitest'
import { MILLISECOND, SECOND } from '../../../src/base/nanos.ts'
import { emptySlot, readSlot } from '../../../src/wire/evidence.ts'
import { ask, probeBytes, textBytes } from './datagrams.ts'
import { ServerHarness } from './server-harness.ts'

describe('delay', () => {
  const DELAY = 20 * MILLISECOND

  test('answers are sent when due, with their dwell', () => {
    const bench = new ServerHarness({ delay: DELAY })
    expect(bench.receive(probeBytes(128, 1))).toBeUndefined()
    bench.now = 5
    bench.receive(textBytes('abc'))
    expect(ask(bench).totals).toMatchObject({ pending: 1, answered: 0 })
    expect(bench.send()).toEqual({ sent: [], wake: DELAY })
    bench.now = DELAY
    const { sent, wake } = bench.send()
    expect([sent.length, wake]).toEqual([1, DELAY + 5])
    const slot = emptySlot()
    const bytes = sent[0]?.bytes ?? new Uint8Array(0)
    expect([readSlot(bytes, 0, bytes.length, slot), slot.dwell]).toEqual(['right', DELAY])
    bench.now = DELAY + 5
    expect(bench.send().sent.map(({ bytes }) => bytes)).toEqual([textBytes('ABC')])
    expect(ask(bench).totals).toMatchObject({ pending: 0, answered: 1 })
  })

  test('a full outbox: the rest immediately after', () => {
    const bench = new ServerHarness({ delay: DELAY })
    for (let n = 0; n < 5; n++) bench.receive(probeBytes(128, n))
    bench.now = DELAY
    const { sent, wake } = bench.send(3)
    expect([sent.length, wake <= bench.now, bench.send(3).sent.length]).toEqual([3, true, 2])
  })

  test('an evicted peer gets nothing, nor does the next one with its number', () => {
    const bench = new ServerHarness({ delay: DELAY })
    bench.receive(probeBytes(128, 1))
    bench.receive(textBytes('secret'))
    bench.machine.evict(0)
    bench.receive(textBytes('new'))
    bench.now = DELAY
    expect(bench.send().sent.map(({ bytes }) => bytes)).toEqual([textBytes('NEW')])
    expect(bench.facts).toMatchObject({ peersEvicted: 1, replied: 1 })
    expect(bench.facts.dropped.delayFull).toBe(2)
    expect(ask(bench, { from: 1, count: 1, length: 300 }).totals).toMatchObject({ pending: 0, withheld: 1 })
  })

  test('the store is bounded', () => {
    const bench = new ServerHarness({ delay: DELAY, mode: 'echo' })
    for (let n = 0; n < 65_540; n++) bench.receive(new Uint8Array(1))
    expect(bench.facts.dropped.delayFull).toBe(4)
  })
})

describe('the end', () => {
  test('a stop without pending answers closes', () => {
    const bench = new ServerHarness()
    bench.receive(textBytes('x'))
    bench.drops = 2
    bench.machine.stop(0)
    expect([bench.send().wake, bench.machine.closed]).toEqual([Infinity, true])
    expect(bench.facts).toMatchObject({
      kernelDrops: 2,
      peers: [{ address: '127.0.0.1', port: 40_000, received: 1, replied: 1 }],
      peersOmitted: 0,
    })
  })

  test('answers due within a second are still sent, later ones are dropped', () => {
    const bench = new ServerHarness({ delay: 600 * MILLISECOND })
    bench.receive(textBytes('early'))
    bench.now = 300 * MILLISECOND
    bench.machine.stop(bench.now)
    bench.receive(textBytes('too late'))
    expect(bench.send().sent).toEqual([])
    bench.now = 600 * MILLISECOND
    expect(bench.send().sent).toHaveLength(1)
    expect(bench.facts.dropped.shutdown).toBe(1)
    bench.send()
    expect(bench.machine.closed).toBe(true)
  })

  test('and it never waits longer', () => {
    const bench = new ServerHarness({ delay: 60 * SECOND })
    bench.receive(textBytes('x'))
    bench.machine.stop(0)
    let { wake } = bench.send()
    while (!bench.machine.closed) {
      bench.now = wake
      ;({ wake } = bench.send())
    }
    expect(bench.now).toBe(SECOND)
    expect(bench.facts.dropped.shutdown).toBe(1)
  })

  test('duration, idle time and count', () => {
    const lasting = new ServerHarness({ duration: SECOND })
    expect(lasting.send().wake).toBe(SECOND)
    lasting.now = SECOND
    lasting.send()
    const idle = new ServerHarness({ maxIdle: SECOND })
    idle.send()
    idle.now = 900 * MILLISECOND
    idle.receive(textBytes('x'))
    idle.now = 1899 * MILLISECOND
    expect(idle.send().wake).toBe(1900 * MILLISECOND)
    const still = idle.machine.closed
    idle.now = 1900 * MILLISECOND
    idle.send()
    const counting = new ServerHarness({ maxDatagrams: 2 })
    counting.receive(textBytes('x'))
    counting.send()
    const early = counting.machine.closed
    expect(counting.receive(textBytes('y'))).toEqual(textBytes('Y'))
    counting.send()
    expect([lasting.machine.closed, still, idle.machine.closed, early, counting.machine.closed]).toEqual([
      true,
      false,
      true,
      false,
      true,
    ])
  })
})
