import { describe, expect, test } from 'vitest'
import { MILLISECOND, SECOND } from '../../../src/base/nanos.ts'
import { foreignEcho, foreignSilence } from '../../simulation/foreign.ts'
import type { ProbePlan } from '../../../src/facts/plan.ts'
import { OUTCOME, PAGE_ROWS } from '../../../src/facts/probe-table.ts'
import { RECEIPT } from '../../../src/wire/receipts.ts'
import { probeBytes, RUN } from './datagrams.ts'
import { networkOf } from './plans.ts'
import { outcomesOf, rowsOf } from './rows.ts'

import { ProberHarness, run } from './prober-harness.ts'

const ECONNREFUSED = 111
const NOTHING = new Uint8Array(0)
const { waiting, whole, refused, unreachable } = OUTCOME

describe('the schedule', () => {
  test('probes are sent when they are due', () => {
    const { facts } = run({ count: 3 })
    expect(rowsOf(facts).map(({ scheduled, sent }) => [scheduled - SECOND, sent - SECOND])).toEqual(
      [0, 10, 20].map(ms => [ms * MILLISECOND, ms * MILLISECOND]),
    )
    expect(facts.clients[0]).toMatchObject({ firstSent: SECOND, lastSent: SECOND + 20 * MILLISECOND })
  })

  test('a small outbox delays nothing', () => {
    const bench = new ProberHarness({ count: 10, interval: 0 }, 3)
    expect(bench.pass(0)).toHaveLength(10)
  })

  test('a stop schedules no more; those outstanding still get their timeout', () => {
    const { facts } = run(
      { count: 100 },
      { stopAfter: 35 * MILLISECOND, network: networkOf({ latency: 30 * MILLISECOND }) },
    )
    expect(facts.interrupted).toBe(true)
    expect(outcomesOf(facts)).toEqual([whole, whole, whole, whole])
  })

  test('a stop before the first probe', () => {
    const bench = new ProberHarness({ count: 100 })
    bench.machine.stop()
    expect(bench.pass(10 * SECOND)).toEqual([])
    expect([bench.machine.closed, bench.facts.interrupted, bench.facts.clients[0]?.scheduled]).toEqual([true, true, 0])
  })

  test('a reply, a refusal, an ICMP error or the timeout frees a window slot, once only', () => {
    const bench = new ProberHarness({ count: 20, interval: 0, window: 2, receipts: false })
    expect(bench.pass(0)).toHaveLength(2)
    bench.now = 1
    bench.receive(probeBytes(128, 0, RUN, 0))
    bench.receive(probeBytes(128, 0, RUN, 0))
    expect(bench.pass(1)).toHaveLength(1)
    bench.machine.refused(0, 1, 1, 105, 1)
    expect(bench.pass(1)).toHaveLength(1)
    bench.machine.unreachable(0, { errno: ECONNREFUSED }, NOTHING, 1)
    expect(bench.pass(1)).toHaveLength(1)
    expect(bench.pass(100 * MILLISECOND)).toHaveLength(0)
    expect(bench.pass(100 * MILLISECOND + 1)).toHaveLength(2)
    bench.receive(probeBytes(128, 2, RUN, 1))
    expect(bench.pass(100 * MILLISECOND + 1)).toHaveLength(0)
    expect(outcomesOf(bench.facts)).toEqual([whole, refused, whole, unreachable, waiting, waiting, waiting])
  })

  test('without replies a window advances by timeouts', () => {
    const { facts } = run({ count: 3, window: 1, interval: 0 }, { respond: foreignSilence })
    expect(rowsOf(facts).map(({ sent }) => (sent - SECOND) / MILLISECOND)).toEqual([0, 100, 200])
  })
})

describe('the close', () => {
  test('all answered: a linger of at least 100 ms, at most the timeout', () => {
    const end = (plan: Partial<ProbePlan>, latency: number): number => {
      const { facts } = run({ count: 1, ...plan }, { network: networkOf({ latency }) })
      return (facts.closedAt - facts.startedAt) / MILLISECOND
    }
    expect(end({ timeout: SECOND }, MILLISECOND)).toBe(2 + 100)
    expect(end({ timeout: SECOND }, 50 * MILLISECOND)).toBe(100 + 400)
    expect(end({ timeout: 50 * MILLISECOND }, MILLISECOND)).toBe(2 + 50)
    expect(end({ timeout: SECOND, linger: 7 * MILLISECOND }, MILLISECOND)).toBe(2 + 7)
  })

  test('later arrivals are ignored', () => {
    const { facts, truth } = run(
      { count: 5, linger: 0, receipts: false },
      { network: networkOf({ down: [{ rule: 'delay', base: 400 * MILLISECOND, jitter: 0 }] }), respond: foreignEcho },
    )
    expect(outcomesOf(facts)).toEqual([waiting, waiting, waiting, waiting, waiting])
    expect(truth.clients[0]?.down.probes).toMatchObject({ seen: 5, delivered: 0 })
  })

  test('a reply after the timeout and before the close is booked', () => {
    const { facts } = run(
      { count: 5, linger: SECOND, receipts: false },
      { network: networkOf({ latency: 80 * MILLISECOND }) },
    )
    expect(outcomesOf(facts)).toEqual([whole, whole, whole, whole, whole])
  })

  test('our own drop counter, before and after', () => {
    const bench = new ProberHarness({ count: 1 })
    bench.drops = 5
    bench.pass(0)
    bench.drops = 9
    bench.receive(probeBytes(128, 0, RUN, 0))
    bench.pass(SECOND)
    expect(bench.facts.clients[0]).toMatchObject({ dropsBefore: 5, dropsAfter: 9 })
  })
})

describe('an endless run', () => {
  test('rows become final page by page, and only once they are', () => {
    const bench = new ProberHarness({ count: PAGE_ROWS + 300, interval: MILLISECOND, summary: true, receipts: false })
    bench.pass((PAGE_ROWS + 198) * MILLISECOND)
    expect(bench.facts.finalRows).toBe(0)
    bench.pass((PAGE_ROWS + 200) * MILLISECOND)
    expect(bench.facts.finalRows).toBe(PAGE_ROWS)
    bench.pass(20 * SECOND)
    expect([bench.facts.finalRows, bench.machine.closed]).toEqual([PAGE_ROWS, true])
  })

  test('slow pages are not final before they begin', () => {
    const { facts } = run({ count: PAGE_ROWS + 1, interval: SECOND, summary: true, timeout: 10 * MILLISECOND })
    expect(facts.finalRows).toBe(PAGE_ROWS)
    expect(facts.clients[0]?.replies).toBe(PAGE_ROWS + 1)
  })

  test('receipts are requested during the run', () => {
    const network = networkOf({ up: [{ rule: 'drop', ratio: 0.1 }], down: [{ rule: 'drop', ratio: 0.1 }] })
    const { facts, truth } = run({ count: PAGE_ROWS + 2000, interval: 100_000, summary: true }, { network })
    expect(facts.clients[0]?.receipts.state).toBe('whole')
    for (const { sequence, outcome, receipt } of rowsOf(facts)) {
      if (outcome !== waiting) continue
      expect(receipt).toBe(
        truth.clients[0]?.up.records.get(sequence)?.[0]?.fate === 'lost' ? RECEIPT.notReceived : RECEIPT.answered,
      )
    }
  })

  test('several clients of which one gets no replies: no row is final before each client has passed it', () => {
    const bench = new ProberHarness({
      clients: 2,
      runs: [RUN, RUN + 1],
      count: 1e9,
      interval: 0,
      window: 64,
      summary: true,
      receipts: false,
    })
    const { facts } = bench
    for (let turn = 0; turn < 400; turn++) {
      const { sent, sockets } = bench.send()
      bench.now += MILLISECOND
      // Only the second client is answered.
      sent.forEach((bytes, m) => (sockets[m] === 1 ? bench.receive(bytes, 1) : undefined))
      const [silent, answered] = facts.clients.map(({ scheduled }) => scheduled)
      expect(facts.finalRows).toBeLessThanOrEqual(2 * Math.min(silent ?? 0, answered ?? 0))
    }
    const [silent, answered] = facts.clients.map(({ scheduled }) => scheduled)
    expect(answered).toBeGreaterThan(PAGE_ROWS)
    expect(silent).toBeLessThan(PAGE_ROWS / 2)
    expect(facts.finalRows).toBe(0)
  })

  test('a server that answers no receipts request delays a bounded number of pages', () => {
    const bench = new ProberHarness({
      count: 1e9,
      interval: 0,
      window: 64,
      sizes: [13],
      timeout: MILLISECOND,
      summary: true,
    })
    const { facts } = bench
    let most = 0
    while ((facts.clients[0]?.scheduled ?? 0) < 150 * PAGE_ROWS) {
      // Every probe is lost and every request unanswered, for less than the time limit of one exchange.
      bench.send()
      bench.now += 1000
      bench.send()
      bench.now += MILLISECOND
      most = Math.max(most, (facts.clients[0]?.scheduled ?? 0) - facts.finalRows)
    }
    expect(most).toBeLessThanOrEqual(129 * PAGE_ROWS)
    expect(facts.finalRows).toBeGreaterThan(0)
  })
})
