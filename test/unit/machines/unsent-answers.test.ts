import { expect, test } from 'vitest'
import { SECOND } from '../../../src/base/nanos.ts'
import { RECEIPT } from '../../../src/wire/receipts.ts'
import { ask, probeBytes, textBytes } from './datagrams.ts'
import { ServerHarness } from './server-harness.ts'

const EAGAIN = 11
const ENOBUFS = 105
const SIZE = 128

/** A server that has answered two probes, of peer 0 and of peer 1. */
function answeredTwo(): ServerHarness {
  const bench = new ServerHarness({}, [{}, { address: '127.0.0.2' }])
  bench.receive(probeBytes(SIZE, 0), 0)
  bench.receive(probeBytes(SIZE, 0), 1)
  return bench
}

/** Total answers and bytes, drops, and the answers of each peer, as in the summary. */
function summary(bench: ServerHarness): unknown[] {
  const { facts } = bench
  bench.machine.stop(bench.now)
  bench.send()
  const { sendFailed, sendBufferFull } = facts.dropped
  return [facts.replied, facts.bytesReplied, { sendFailed, sendBufferFull }, facts.peers.map(peer => peer.replied)]
}

test.each([
  [ENOBUFS, { sendFailed: 1, sendBufferFull: 0 }],
  [EAGAIN, { sendFailed: 0, sendBufferFull: 1 }],
])('an answer that the kernel refused with errno %i is no answer, of nobody', (errno, dropped) => {
  const bench = answeredTwo()
  bench.machine.refused(0, bench.token, 1, errno, bench.now, 1, SIZE)
  expect(summary(bench)).toEqual([1, SIZE, dropped, [1, 0]])
})

test('a train of answers to plain data that the kernel refused', () => {
  const bench = answeredTwo()
  bench.receiveTrain([textBytes('abcd'), textBytes('efgh'), textBytes('ij')], 1)
  bench.machine.refused(0, bench.token, 3, EAGAIN, bench.now, 1, 10)
  expect(summary(bench)).toEqual([2, 2 * SIZE, { sendFailed: 0, sendBufferFull: 3 }, [1, 1]])
})

test('a refusal after the end is in the summary', () => {
  const bench = answeredTwo()
  const { token } = bench
  summary(bench)
  bench.machine.refused(0, token, 1, EAGAIN, bench.now, 1, SIZE)
  expect(summary(bench)).toEqual([1, SIZE, { sendFailed: 0, sendBufferFull: 1 }, [1, 0]])
})

test('an answer that waits for room does not count, also in the receipts', () => {
  const bench = answeredTwo()
  bench.machine.unsent.stalled(bench.token, 1, SIZE, bench.now)
  const { totals, states } = ask(bench, { count: 1, length: 300 }, 1)
  expect([totals.answered, totals.sendFailed, ...states]).toEqual([0, 1, RECEIPT.withheld])
  expect(bench.facts.dropped.sendBufferFull).toBe(1)
})

test('a waiting answer counts once it is sent', () => {
  const bench = answeredTwo()
  bench.machine.unsent.stalled(bench.token, 1, SIZE, bench.now)
  bench.now += SECOND
  bench.machine.unsent.left(bench.token, bench.now)
  bench.machine.unsent.left(bench.token, bench.now)
  const { totals, states } = ask(bench, { count: 1, length: 300 }, 1)
  expect([totals.answered, totals.sendFailed, ...states]).toEqual([1, 0, RECEIPT.answered])
  expect(summary(bench)).toMatchObject([3, expect.any(Number), { sendFailed: 0, sendBufferFull: 0 }, [2, 1]])
})

test('a waiting answer that is sent is not counted for another peer that has the number by now', () => {
  const bench = answeredTwo()
  const { token } = bench
  bench.machine.unsent.stalled(token, 1, SIZE, bench.now)
  bench.machine.evict(1)
  bench.receive(textBytes('x'), 1)
  bench.machine.unsent.left(token, bench.now)
  expect(summary(bench)).toEqual([3, 2 * SIZE + 1, { sendFailed: 0, sendBufferFull: 0 }, [1, 1]])
})

test('two waiting answers at two sockets, of which one is sent and one is not', () => {
  const bench = answeredTwo()
  const first = bench.token
  bench.receive(textBytes('x'), 1)
  const second = bench.token
  bench.machine.unsent.stalled(first, 1, SIZE, bench.now)
  bench.machine.unsent.stalled(second, 1, 1, bench.now)
  bench.machine.unsent.abandoned(first, bench.now)
  bench.machine.unsent.left(first, bench.now)
  bench.machine.unsent.left(second, bench.now)
  expect(summary(bench)).toEqual([2, SIZE + 1, { sendFailed: 0, sendBufferFull: 1 }, [1, 1]])
})

test('an unreachable address gets no answers for a while, and the receipts show them as withheld', () => {
  const bench = new ServerHarness({}, [{ address: '10.0.0.1' }, { address: '10.0.0.2' }])
  bench.machine.guard.suspend('10.0.0.1', bench.now)
  expect(bench.receive(textBytes('x'), 0)).toBeUndefined()
  expect(bench.receive(probeBytes(SIZE, 0), 0)).toBeUndefined()
  expect(bench.receive(textBytes('x'), 1)).toBeDefined()
  expect(bench.facts.dropped.unreachable).toBe(2)
  expect(bench.facts.withheld).toEqual({ plain: 0, probes: 0, questions: 0 })
  bench.now = 7 * SECOND
  expect(bench.receive(textBytes('x'), 0)).toBeDefined()
  bench.now = 12 * SECOND
  const { totals, states } = ask(bench, { count: 1, length: 300 }, 0)
  expect([totals.answered, totals.withheld, ...states]).toEqual([0, 1, RECEIPT.withheld])
})
