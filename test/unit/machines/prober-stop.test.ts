import { describe, expect, test } from 'vitest'
import { MILLISECOND, SECOND } from '../../../src/base/nanos.ts'
import { asReply, probeBytes, RUN } from './datagrams.ts'
import { ProberHarness } from './prober-harness.ts'

const TIMEOUT = 100 * MILLISECOND

describe('a stop', () => {
  test('while the last probe has its timeout: interrupted, and the timeout is awaited', () => {
    const bench = new ProberHarness({ count: 1, linger: 0, receipts: false })
    bench.pass(TIMEOUT / 2)
    bench.machine.stop()
    bench.pass(TIMEOUT - 1)
    expect([bench.machine.closed, bench.facts.interrupted]).toEqual([false, true])
    bench.pass(SECOND)
    expect([bench.machine.closed, bench.facts.closedAt]).toEqual([true, TIMEOUT])
    expect(bench.facts.clients[0]?.scheduled).toBe(1)
  })

  test('in the linger: interrupted, and the linger is not shortened', () => {
    const bench = new ProberHarness({ count: 1, linger: 30 * MILLISECOND })
    bench.pass(0)
    bench.receive(asReply(probeBytes(128, 0, RUN, 0)))
    bench.pass(10 * MILLISECOND)
    bench.machine.stop()
    bench.pass(SECOND)
    expect([bench.facts.interrupted, bench.facts.closedAt]).toEqual([true, 30 * MILLISECOND])
  })

  test('after the close changes nothing', () => {
    const bench = new ProberHarness({ count: 1 })
    bench.pass(10 * SECOND)
    bench.machine.stop()
    expect([bench.machine.closed, bench.facts.interrupted]).toEqual([true, false])
  })
})
