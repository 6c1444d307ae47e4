import { describe, expect, test } from 'vitest'
import { MILLISECOND, SECOND } from '../../../src/base/nanos.ts'
import { RECEIPT } from '../../../src/wire/receipts.ts'
import { ask, flipped, probeBytes, RUN, textBytes } from './datagrams.ts'
import { ServerHarness } from './server-harness.ts'

describe('receipts', () => {
  test('an unknown run', () => {
    const { totals, states } = ask(new ServerHarness(), { count: 20, length: 300 })
    expect(totals).toMatchObject({ distinct: 0, copies: 0, answered: 0 })
    expect([...states]).toEqual(Array.from({ length: 20 }, () => RECEIPT.notReceived))
  })

  test('each sequence, copies and strangers', () => {
    const bench = new ServerHarness({}, [{}, { port: 40_001 }])
    for (const sequence of [0, 2, 2, 5]) bench.receive(probeBytes(128, sequence))
    bench.receive(textBytes('stranger'), 1)
    bench.drops = 4
    const { totals, states } = ask(bench, { from: 0, count: 6, length: 300 })
    expect(totals).toEqual({
      distinct: 3,
      copies: 1,
      damaged: 0,
      answered: 3,
      withheld: 0,
      sendFailed: 0,
      pending: 0,
      strangers: 1,
      drops: 4,
      dropUnit: 1,
      completeMs: 0,
    })
    expect([...states]).toEqual([2, 0, 2, 0, 0, 2])
  })

  test('a drop may represent as many datagrams as one message had', () => {
    const bench = new ServerHarness()
    const train = (...sequences: number[]): Uint8Array[] => sequences.map(sequence => probeBytes(128, sequence))
    bench.drops = 1
    bench.receive(probeBytes(128, 0))
    expect(ask(bench).totals).toMatchObject({ distinct: 1, dropUnit: 1 })
    bench.receiveTrain(train(1, 2, 3))
    expect(ask(bench).totals).toMatchObject({ distinct: 4, dropUnit: 3 })
    bench.receiveTrain(train(4, 5))
    expect(ask(bench).totals).toMatchObject({ distinct: 6, dropUnit: 3 })
  })

  test('an answer ends before the first sequence that did not fit in memory', () => {
    const bench = new ServerHarness()
    // A page of 1 KiB for each probe: one address may use a quarter of the total memory.
    const pages = 8192
    for (let page = 0; page <= pages; page++) bench.receive(probeBytes(128, page * 4096))
    const { totals, states } = ask(bench, { from: pages * 4096 - 8, count: 20, length: 300 })
    expect(totals).toMatchObject({ distinct: pages + 1, completeMs: 0 })
    expect(states.length).toBeLessThan(20)
    expect(ask(bench, { from: 0, count: 20, length: 300 }).states).toHaveLength(20)
  })

  test('the same run number of another peer is another run', () => {
    const bench = new ServerHarness({}, [{}, { port: 40_001 }])
    bench.receive(probeBytes(128, 0), 0)
    expect([
      ask(bench, {}, 0).totals.distinct,
      ask(bench, {}, 1).totals.distinct,
      ask(bench, { run: RUN + 1 }).totals.distinct,
    ]).toEqual([1, 0, 0])
  })

  test('damaged probes are counted, and prove nothing', () => {
    const bench = new ServerHarness()
    bench.receive(probeBytes(128, 0))
    bench.receive(flipped(probeBytes(128, 1), 15))
    bench.receive(probeBytes(128, 2).subarray(0, 33))
    const { totals, states } = ask(bench, { count: 3, length: 300 })
    expect(totals).toMatchObject({ distinct: 1, damaged: 2 })
    expect([...states]).toEqual([2, 0, 0])
  })

  test('so are those before the first intact one of a run, but not those before another run’s', () => {
    const bench = new ServerHarness()
    bench.receive(flipped(probeBytes(128, 0), 15))
    bench.receive(probeBytes(128, 1))
    expect(ask(bench).totals).toMatchObject({ distinct: 1, damaged: 1, strangers: 0 })
    bench.receive(probeBytes(128, 0, RUN + 1))
    expect(ask(bench, { run: RUN + 1 }).totals).toMatchObject({ distinct: 1, damaged: 0 })
  })

  test('discard withholds, and still answers receipts requests', () => {
    const bench = new ServerHarness({ mode: 'discard' })
    bench.receive(probeBytes(128, 0))
    const { totals, states } = ask(bench, { count: 2, length: 300 })
    expect(totals).toMatchObject({ distinct: 1, withheld: 1, answered: 0 })
    expect([...states]).toEqual([RECEIPT.withheld, RECEIPT.notReceived])
  })

  test('a rate cap withholds; a withheld copy does not change the outcome of an answered original', () => {
    const bench = new ServerHarness({ maxRate: 10 })
    expect(bench.receive(probeBytes(128, 0))).toBeDefined()
    expect(bench.receive(probeBytes(128, 0))).toBeUndefined()
    expect(bench.receive(probeBytes(128, 1))).toBeUndefined()
    bench.now += SECOND
    const { totals, states } = ask(bench, { count: 2, length: 300 })
    expect(totals).toMatchObject({ distinct: 2, copies: 1, answered: 1, withheld: 1 })
    expect([...states]).toEqual([RECEIPT.answered, RECEIPT.withheld])
    expect(bench.facts.dropped.rate).toBe(2)
  })

  test('an answer refused by the kernel', () => {
    const bench = new ServerHarness()
    bench.receive(probeBytes(128, 0))
    bench.receive(probeBytes(128, 1))
    bench.machine.refused(0, bench.token, 1, 105, 0)
    const { totals, states } = ask(bench, { count: 2, length: 300 })
    expect(totals).toMatchObject({ distinct: 2, answered: 1, sendFailed: 1 })
    expect([...states]).toEqual([RECEIPT.answered, RECEIPT.withheld])
    expect(bench.facts.dropped.sendFailed).toBe(1)
    expect(bench.facts.replied).toBe(2)
  })

  test('the drop counter counts from the last reading while idle', () => {
    const bench = new ServerHarness()
    bench.receive(textBytes('x'))
    bench.drops = 10
    bench.now = 50 * MILLISECOND
    expect(bench.send().wake).toBe(Infinity)
    bench.receive(probeBytes(128))
    bench.drops = 12
    expect(ask(bench).totals).toMatchObject({ drops: 2, dropUnit: 1, strangers: 0 })
  })

  test('a counter that cannot be read is absent', () => {
    const bench = new ServerHarness()
    bench.drops = undefined
    bench.receive(probeBytes(128))
    expect(ask(bench).totals).toMatchObject({ drops: undefined, dropUnit: undefined })
  })

  test('sequences around 2^32', () => {
    const bench = new ServerHarness()
    for (let sequence = 2 ** 32 - 2; sequence < 2 ** 32 + 2; sequence++) bench.receive(probeBytes(128, sequence))
    expect([...ask(bench, { from: 2 ** 32 - 3, count: 6, length: 300 }).states]).toEqual([0, 2, 2, 2, 2, 0])
  })
})
