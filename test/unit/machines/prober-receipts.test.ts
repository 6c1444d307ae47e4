import { describe, expect, test } from 'vitest'
import { MILLISECOND } from '../../../src/base/nanos.ts'
import { foreignEcho, foreignReading, foreignSilence, foreignUpper } from '../../simulation/foreign.ts'
import { OUTCOME } from '../../../src/facts/probe-table.ts'
import { KIND, writeHeader } from '../../../src/wire/probe.ts'
import { RECEIPT, readReceiptsRequest, writeReceiptsAnswer, writeReceiptsRequest } from '../../../src/wire/receipts.ts'
import { zeroTotals } from '../wire/zero-totals.ts'
import { asReply, flipped, probeBytes, RUN } from './datagrams.ts'
import { networkOf, responderPlan } from './plans.ts'
import { outcomesOf, rowsOf } from './rows.ts'

import { ProberHarness, run } from './prober-harness.ts'

const NOTHING = new Uint8Array(0)
const { waiting, whole } = OUTCOME
const TOTALS = zeroTotals({ completeMs: 1000 })

/** The answer of a server that received nothing. */
function answerTo(asked: Uint8Array): Uint8Array {
  const request = readReceiptsRequest(asked, 0, asked.length)
  if (request === undefined) throw new Error('no receipts request')
  const bytes = new Uint8Array(request.length)
  return bytes.subarray(
    0,
    writeReceiptsAnswer(bytes, 0, request, TOTALS, () => RECEIPT.notReceived),
  )
}

describe('receipts', () => {
  test('are requested one timeout after the last unanswered probe was sent', () => {
    const bench = new ProberHarness({ count: 3 })
    bench.pass(0)
    bench.receive(asReply(probeBytes(128, 0, RUN, 0)))
    expect(bench.pass(119 * MILLISECOND)).toHaveLength(2)
    const [bytes = NOTHING] = bench.pass(120 * MILLISECOND)
    expect(readReceiptsRequest(bytes, 0, bytes.length)).toMatchObject({
      run: RUN,
      number: 0,
      count: 0,
      length: 160,
    })
  })

  test('are not requested if replies arrived and none of kind R', () => {
    const { truth } = run(
      { count: 5 },
      { respond: foreignEcho, network: networkOf({ down: [{ rule: 'dropEvery', every: 2 }] }) },
    )
    expect(truth.clients[0]?.up.receipts.seen).toBe(0)
  })

  test.each([0, 33])('are not requested by a run of probes of %i bytes, which receipts do not include', size => {
    const { facts, truth } = run({ sizes: [size], count: 5 }, { respond: foreignSilence })
    expect(truth.clients[0]?.up.receipts.seen).toBe(0)
    expect(facts.clients[0]?.receipts.state).toBe('unasked')
  })

  test('are requested if nothing was received; without an answer the run closes anyway', () => {
    const { facts } = run({ count: 5 }, { respond: foreignSilence })
    expect(facts.clients[0]?.receipts.state).toBe('none')
    expect((facts.closedAt - facts.startedAt) / MILLISECOND).toBe(40 + 100 + 3000)
  })

  test('an echo server that loses all probes: foreign', () => {
    const blackout = { rule: 'blackout', start: 0, length: 135 * MILLISECOND } as const
    for (const respond of [foreignEcho, foreignUpper, foreignReading(20), foreignReading(100)]) {
      const { facts } = run({ count: 5 }, { respond, network: networkOf({ up: [blackout] }) })
      expect(facts.clients[0]).toMatchObject({ unidentified: 0, foreign: 0 })
      expect(['foreign', 'none']).toContain(facts.clients[0]?.receipts.state)
    }
  })

  test('the direction of each loss', () => {
    const { facts, truth } = run(
      { count: 400, interval: MILLISECOND },
      { network: networkOf({ up: [{ rule: 'drop', ratio: 0.2 }], down: [{ rule: 'drop', ratio: 0.2 }] }) },
    )
    expect(facts.clients[0]?.receipts.state).toBe('whole')
    for (const { sequence, outcome, receipt } of rowsOf(facts)) {
      if (outcome !== waiting) continue
      const [up] = truth.clients[0]?.up.records.get(sequence) ?? []
      expect(receipt).toBe(up?.fate === 'lost' ? RECEIPT.notReceived : RECEIPT.answered)
    }
  })

  test('the server’s buffer overflowed, as its counter shows', () => {
    const network = networkOf({ serverBuffer: { datagrams: 4, pause: 5 * MILLISECOND } })
    const { facts } = run({ count: 10, burst: 10 }, { network })
    expect(facts.clients[0]?.receipts).toMatchObject({
      state: 'whole',
      totals: { distinct: 4, drops: 6, strangers: 0 },
    })
  })

  test('late answers are awaited', () => {
    const { facts } = run({ count: 5 }, { respond: responderPlan({ delay: 700 * MILLISECOND }) })
    expect(outcomesOf(facts)).toEqual([whole, whole, whole, whole, whole])
    expect(facts.clients[0]?.receipts.state).toBe('whole')
  })

  test('turned off', () => {
    const { facts, truth } = run({ count: 5, receipts: false }, { respond: responderPlan({ mode: 'discard' }) })
    expect([facts.clients[0]?.receipts.state, truth.clients[0]?.up.receipts.seen]).toEqual(['unasked', 0])
  })

  test('many clients', () => {
    const { facts } = run({ clients: 100, count: 3 }, { respond: responderPlan({ mode: 'discard' }) })
    expect(new Set(facts.clients.map(({ receipts }) => receipts.state))).toEqual(new Set(['whole']))
    for (let client = 0; client < 100; client++)
      expect(rowsOf(facts, client).map(({ receipt }) => receipt)).toEqual([3, 3, 3])
  })

  test('a reply that overtakes its receipt replaces it', () => {
    const bench = new ProberHarness({ count: 2, interval: 0 })
    bench.pass(0)
    bench.receive(asReply(probeBytes(128, 0, RUN, 0)))
    const [bytes = NOTHING] = bench.pass(100 * MILLISECOND)
    bench.receive(answerTo(bytes))
    const [aboutOne = NOTHING] = bench.pass(100 * MILLISECOND)
    bench.receive(asReply(probeBytes(128, 1, RUN, 0)))
    bench.receive(answerTo(aboutOne))
    expect(rowsOf(bench.facts)).toMatchObject([
      { outcome: whole, receipt: undefined },
      { outcome: whole, receipt: undefined },
    ])
  })

  test('a receipt that denies an answered probe is booked if the reply arrived before the request', () => {
    const bench = new ProberHarness({ count: 3, interval: 0 })
    bench.pass(0)
    bench.receive(asReply(probeBytes(128, 1, RUN, 0)))
    const [bytes = NOTHING] = bench.pass(100 * MILLISECOND)
    bench.receive(answerTo(bytes))
    const [aboutAll = NOTHING] = bench.pass(100 * MILLISECOND)
    bench.receive(answerTo(aboutAll))
    expect(rowsOf(bench.facts)).toMatchObject([
      { outcome: waiting, receipt: RECEIPT.notReceived },
      { outcome: whole, receipt: RECEIPT.notReceived },
      { outcome: waiting, receipt: RECEIPT.notReceived },
    ])
  })

  test('S and T never enter the ledger, however damaged', () => {
    const bench = new ProberHarness({ count: 3 })
    bench.pass(20 * MILLISECOND)
    bench.receive(asReply(probeBytes(128, 0, RUN, 0)))
    const before = { ...bench.facts.clients[0] }
    bench.pass(130 * MILLISECOND)
    const bytes = new Uint8Array(160)
    writeReceiptsRequest(bytes, 0, { number: 0, run: RUN + 9, length: 160, from: 0, count: 0 })
    bench.receive(bytes)
    writeHeader(bytes, 0, 160, KIND.answer, 0, RUN, 160)
    for (let at = 0; at < 160; at++) bench.receive(flipped(bytes, at))
    for (let length = 13; length < 160; length++) bench.receive(bytes.subarray(0, length))
    const { replies, duplicates, foreign, unidentified } = bench.facts.clients[0] ?? {}
    expect({ replies, duplicates, foreign, unidentified }).toEqual({
      replies: before.replies,
      duplicates: 0,
      foreign: 0,
      unidentified: 0,
    })
  })
})
