import { describe, expect, test } from 'vitest'
import { MILLISECOND, SECOND } from '../../../src/base/nanos.ts'
import { OUTCOME } from '../../../src/facts/probe-table.ts'
import type { ProbePlan } from '../../../src/facts/plan.ts'
import { analyzeRun } from '../../../src/ledger/analysis.ts'
import { KIND } from '../../../src/wire/probe.ts'
import {
  RECEIPT,
  readReceiptsRequest,
  writeReceiptsAnswer,
  type ReceiptsRequest,
  type ReceiptsTotals,
} from '../../../src/wire/receipts.ts'
import { foreignEcho } from '../../simulation/foreign.ts'
import { zeroTotals } from '../wire/zero-totals.ts'
import { asReply, flipped, probeBytes, RUN } from './datagrams.ts'
import { networkOf, responderPlan } from './plans.ts'
import { ProberHarness, run } from './prober-harness.ts'
import { outcomesOf, rowsOf } from './rows.ts'

const PLAN: Partial<ProbePlan> = {
  count: 30,
  interval: 200 * MILLISECOND,
  timeout: 500 * MILLISECOND,
  summary: true,
  earlyReceipts: true,
}
const ECONNREFUSED = 111
const NOTHING = new Uint8Array(0)
/** The numbers of the requests for the ledger are smaller. */
const FIRST_NUMBER = 2 ** 31

function requestsIn(sent: readonly Uint8Array[]): readonly ReceiptsRequest[] {
  return sent
    .map(bytes => readReceiptsRequest(bytes, 0, bytes.length))
    .filter((request): request is ReceiptsRequest => request !== undefined)
}

const earlyIn = (sent: readonly Uint8Array[]): readonly ReceiptsRequest[] =>
  requestsIn(sent).filter(({ number }) => number >= FIRST_NUMBER)

/** The answer of a server in which each sequence has this state. */
function answerTo(
  request: ReceiptsRequest,
  states: readonly number[],
  totals: Partial<ReceiptsTotals> = {},
): Uint8Array {
  const distinct = states.filter(state => state !== RECEIPT.notReceived).length
  const bytes = new Uint8Array(request.length)
  const length = writeReceiptsAnswer(
    bytes,
    0,
    request,
    zeroTotals({ distinct, completeMs: 60_000, ...totals }),
    sequence => states[sequence] ?? RECEIPT.notReceived,
  )
  return bytes.subarray(0, length)
}

/** A run whose probe 0 is answered at once. */
function begun(plan: Partial<ProbePlan> = {}): ProberHarness {
  const bench = new ProberHarness({ ...PLAN, ...plan })
  bench.pass(0)
  bench.receive(asReply(probeBytes(128, 0, RUN, 0)))
  return bench
}

describe('a request', () => {
  test('is sent when the timeout of a lost probe is over, about the probes up to it', () => {
    const bench = begun()
    expect(requestsIn(bench.pass(700 * MILLISECOND - 1))).toEqual([])
    expect(requestsIn(bench.pass(700 * MILLISECOND))).toEqual([
      { number: FIRST_NUMBER, run: RUN, length: 300, from: 0, count: 2 },
    ])
  })

  test('has a number of its own, also if the one before was not answered', () => {
    const bench = begun({ count: 6, interval: SECOND })
    const numbers = requestsIn(bench.pass(30 * SECOND)).map(({ number }) => number)
    // Probe 5 has its timeout when the requests for the ledger begin.
    expect(numbers.filter(number => number >= FIRST_NUMBER)).toEqual([0, 1, 2, 3].map(n => FIRST_NUMBER + n))
    expect(numbers.slice(4).every(number => number < FIRST_NUMBER)).toBe(true)
  })

  test('is sent at most once a second, and rarely if there is no answer', () => {
    const bench = begun({ count: 6000, interval: 10 * MILLISECOND })
    const times: number[] = []
    while (bench.now < 60 * SECOND) {
      const { sent, wake } = bench.send()
      for (const _ of earlyIn(sent)) times.push(bench.now)
      bench.now = Math.max(bench.now, wake)
    }
    const gaps = times.slice(1).map((time, n) => time - (times[n] ?? 0))
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(SECOND)
    // Five attempts, then one in 10 s.
    expect(times.length).toBe(10)
    expect(gaps.slice(4).every(gap => gap >= 10 * SECOND)).toBe(true)
  })

  test('with answers: one a second, and no probe leaves later', () => {
    const timesOf = (plan: Partial<ProbePlan>): { readonly probes: readonly number[]; readonly requests: number } => {
      const { facts, truth } = run(
        { count: 2000, interval: 10 * MILLISECOND, timeout: 100 * MILLISECOND, summary: true, ...plan },
        { network: networkOf({ up: [{ rule: 'blackout', start: 2 * SECOND, length: 8 * SECOND }] }) },
      )
      return { probes: rowsOf(facts).map(({ sent }) => sent), requests: truth.clients[0]?.up.receipts.seen ?? 0 }
    }
    const [without, with_] = [timesOf({}), timesOf({ earlyReceipts: true })]
    expect(with_.probes).toEqual(without.probes)
    expect(with_.requests).toBeGreaterThan(without.requests)
    expect(with_.requests - without.requests).toBeLessThanOrEqual(20)
  })

  test.each<[string, Partial<ProbePlan>]>([
    ['without a plan for them', { earlyReceipts: false }],
    ['with --no-receipts', { receipts: false }],
    ['in lock-step', { window: 1 }],
    ['in a flood', { interval: 0, window: 8 }],
    ['about probes that receipts do not include', { sizes: [33] }],
  ])('is not sent %s', (_, plan) => {
    const { facts, truth } = run(
      { ...PLAN, ...plan },
      { network: networkOf({ up: [{ rule: 'dropEvery', every: 3 }] }) },
    )
    const without = run(
      { ...PLAN, ...plan, earlyReceipts: false },
      { network: networkOf({ up: [{ rule: 'dropEvery', every: 3 }] }) },
    )
    expect(facts.early).toBeUndefined()
    expect(truth.clients[0]?.up.receipts.seen).toBe(without.truth.clients[0]?.up.receipts.seen)
  })

  test('is not sent to a server without receipts, nor before its first answer', () => {
    const { facts, truth } = run(PLAN, {
      respond: foreignEcho,
      network: networkOf({ up: [{ rule: 'dropEvery', every: 3 }] }),
    })
    expect(facts.early).toEqual({ wait: 0, unanswered: 0 })
    expect(truth.clients[0]?.up.receipts.seen).toBe(0)
    const bench = new ProberHarness(PLAN)
    expect(requestsIn(bench.pass(5 * SECOND))).toEqual([])
  })

  test('covers the sequences before a loss, of the client whose loss is the oldest', () => {
    const bench = new ProberHarness({ ...PLAN, clients: 2, runs: [RUN, RUN + 1], count: 60 })
    const requests: ReceiptsRequest[] = []
    for (let seq = 0; seq < 25; seq++) {
      requests.push(...earlyIn(bench.pass((seq * 200 + 150) * MILLISECOND)))
      for (const client of [0, 1])
        if (client === 0 ? seq !== 21 : seq !== 20)
          bench.receive(asReply(probeBytes(128, seq, RUN + client, 0)), client)
    }
    expect(requests).toMatchObject([{ run: RUN + 1, from: 4, count: 17 }])
  })
})

describe('an answer', () => {
  /** Probe 1 of a run is lost, and the server has told so. */
  function told(states: readonly number[], totals: Partial<ReceiptsTotals> = {}): ProberHarness {
    const bench = begun({ count: 10 })
    const [request] = earlyIn(bench.pass(700 * MILLISECOND))
    if (request === undefined) throw new Error('no request')
    bench.receive(answerTo(request, states, totals))
    return bench
  }

  test('is among the facts, and the receipts of the ledger are as if there were none', () => {
    const { facts } = told([RECEIPT.answered, RECEIPT.notReceived])
    expect(facts.early).toMatchObject({
      unanswered: 0,
      latest: { client: 0, askedAt: 700 * MILLISECOND, from: 0, states: Uint8Array.of(2, 0), answered: 1 },
    })
    expect(facts.clients[0]?.receipts).toEqual({ state: 'unasked' })
    expect(facts.finalRows).toBe(0)
    expect(rowsOf(facts).map(({ receipt }) => receipt)).toEqual([undefined, undefined, undefined, undefined])
  })

  test('does not make the receipts partial if nothing else is answered', () => {
    const bench = told([RECEIPT.answered, RECEIPT.answered])
    bench.pass(30 * SECOND)
    expect(bench.machine.closed).toBe(true)
    expect(bench.facts.clients[0]?.receipts).toEqual({ state: 'none' })
  })

  test('of a probe that arrives later is replaced by the receipts of the ledger', () => {
    const bench = told([RECEIPT.answered, RECEIPT.notReceived], { distinct: 1 })
    const { answered, notReceived } = RECEIPT
    const final = [answered, answered, ...Array.from({ length: 8 }, () => notReceived)]
    while (!bench.machine.closed) {
      const { sent, wake } = bench.send()
      for (const request of requestsIn(sent).filter(({ number }) => number < FIRST_NUMBER))
        bench.receive(answerTo(request, final))
      bench.now = Math.max(bench.now, Math.min(wake, bench.now + SECOND))
    }
    expect(bench.facts.clients[0]?.receipts.state).toBe('whole')
    expect(analyzeRun(bench.facts).tally.total.fates).toMatchObject({ lostReturn: 1, lostForward: 8, intact: 1 })
  })

  test('is taken once, only for its request, and whole', () => {
    const bench = begun({ count: 10 })
    const [request] = earlyIn(bench.pass(700 * MILLISECOND))
    if (request === undefined) throw new Error('no request')
    const right = answerTo(request, [RECEIPT.answered])
    bench.receive(answerTo({ ...request, number: request.number + 1 }, []))
    bench.receive(answerTo({ ...request, from: 1 }, []))
    bench.receive(answerTo({ ...request, count: 3 }, []))
    for (let at = 0; at < right.length; at++) bench.receive(flipped(right, at))
    for (let length = 13; length < right.length; length++) bench.receive(right.subarray(0, length))
    expect(bench.facts.early?.latest).toBeUndefined()
    bench.receive(right)
    const first = bench.facts.early?.latest
    bench.now += MILLISECOND
    bench.receive(right)
    expect(bench.facts.early?.latest).toBe(first)
    expect(bench.facts.clients[0]).toMatchObject({ replies: 1, duplicates: 0, foreign: 0, unidentified: 0 })
  })

  test('that the server sent back unchanged ends the requests', () => {
    const bench = begun({ count: 60 })
    const [sent = NOTHING] = bench.pass(700 * MILLISECOND).filter(bytes => bytes[4] === KIND.request)
    bench.receive(sent)
    expect(earlyIn(bench.pass(10 * SECOND))).toEqual([])
    expect(bench.facts.early?.wait).toBe(0)
    expect(bench.facts.clients[0]).toMatchObject({ foreign: 0, unidentified: 0, receipts: { state: 'unasked' } })
  })

  test('about fewer sequences leaves the others for the next request', () => {
    const bench = begun({ count: 60 })
    const [request] = earlyIn(bench.pass(700 * MILLISECOND))
    if (request === undefined) throw new Error('no request')
    bench.receive(answerTo({ ...request, count: 1 }, [RECEIPT.answered]))
    // The second request may cover only sequences that were overdue when it was sent.
    expect(earlyIn(bench.pass(1700 * MILLISECOND))).toMatchObject([{ from: 0, count: 7 }])
  })
})

describe('an ICMP error without a quote', () => {
  const closed = { errno: ECONNREFUSED } as const
  const { waiting, unreachable, whole } = OUTCOME

  test('is about the request if it was sent after every open probe, and only once', () => {
    const bench = begun({ count: 10, interval: SECOND, timeout: 300 * MILLISECOND })
    bench.pass(1300 * MILLISECOND)
    bench.machine.unreachable(0, { ...closed, before: 2 }, NOTHING, bench.now)
    expect(outcomesOf(bench.facts)).toEqual([whole, waiting])
    bench.machine.unreachable(0, { ...closed, before: 2 }, NOTHING, bench.now)
    expect(outcomesOf(bench.facts)).toEqual([whole, unreachable])
  })

  test('is about the newest open probe if that was sent after the request', () => {
    const bench = begun({ count: 10, interval: SECOND, timeout: 300 * MILLISECOND })
    bench.pass(2 * SECOND)
    bench.machine.unreachable(0, { ...closed, before: 3 }, NOTHING, bench.now)
    expect(outcomesOf(bench.facts)).toEqual([whole, waiting, unreachable])
  })

  test('is about an earlier datagram if it appears when the request or a probe before it is sent', () => {
    for (const before of [-1, 1]) {
      const bench = begun({ count: 10, interval: SECOND, timeout: 300 * MILLISECOND })
      bench.pass(1300 * MILLISECOND)
      bench.machine.unreachable(0, { ...closed, before }, NOTHING, bench.now)
      expect(outcomesOf(bench.facts)).toEqual([whole, before === -1 ? unreachable : waiting])
    }
  })
})

test('a server that caps its answers is asked no more, because a request could cost a probe its answer', () => {
  const sourceCap = { answers: 1, onLoopback: true }
  // One lost probe, at a pace that the cap just allows.
  const network = networkOf({ up: [{ rule: 'blackout', start: 9.5 * SECOND, length: SECOND }] })
  const plan = { count: 60, interval: 1001 * MILLISECOND, timeout: SECOND, summary: true }
  const [without, with_] = [false, true].map(earlyReceipts => {
    const { facts } = run({ ...plan, earlyReceipts }, { respond: responderPlan({ sourceCap }), network })
    return { early: facts.early, fates: analyzeRun(facts).tally.total.fates }
  })
  expect(without?.fates).toMatchObject({ lostForward: 1, lostServerPolicy: 0, intact: 59 })
  expect(with_?.fates.lostServerPolicy).toBeGreaterThan(0)
  expect(with_?.fates.lostServerPolicy).toBeLessThanOrEqual(2)
  expect(with_?.early?.wait).toBe(0)
})

test('a server that restarts answers with less than it had answered before', () => {
  const bench = begun({ count: 10 })
  const [request] = earlyIn(bench.pass(700 * MILLISECOND))
  if (request === undefined) throw new Error('no request')
  bench.receive(answerTo(request, [], { completeMs: 100 }))
  expect(bench.facts.early?.latest).toMatchObject({ answered: 1, totals: { distinct: 0 } })
  expect(bench.facts.clients[0]?.receipts).toEqual({ state: 'unasked' })
})

test('requests and answers lost on the path are counted', () => {
  const { facts } = run(
    { ...PLAN, count: 100 },
    {
      respond: responderPlan(),
      network: networkOf({ up: [{ rule: 'blackout', start: 5 * SECOND, length: 30 * SECOND }] }),
    },
  )
  expect(facts.early?.unanswered).toBeGreaterThan(3)
  expect(facts.early?.latest).toBeUndefined()
})
