import { beforeEach, describe, expect, test } from 'vitest'
import { MILLISECOND, SECOND } from '../../../src/base/nanos.ts'
import { createRunFacts, type ClientFacts } from '../../../src/facts/run.ts'
import { ReceiptsExchange } from '../../../src/machines/receipts-exchange.ts'
import {
  RECEIPT,
  TOTALS_LENGTH,
  type ReceiptsAnswer,
  type ReceiptsRequest,
  type ReceiptsTotals,
} from '../../../src/wire/receipts.ts'
import { probePlan } from './plans.ts'

const LENGTH = 300
const CAPACITY = 320

let client: ClientFacts
let unanswered: Set<number>
let booked: Map<number, number>
/** When every probe was sent: long before the server's memory may begin, or not. */
let sentAt: number

beforeEach(() => {
  const facts = createRunFacts(probePlan(), {
    name: 'kernel',
    icmp: 'none',
    truncation: 'kernel',
    timestamps: 'kernel',
  })
  const [first] = facts.clients
  if (first === undefined) throw new Error('one client')
  client = first
  unanswered = new Set()
  booked = new Map()
  sentAt = 0
})

function begin({ from = 0, to = 1000, timeout = SECOND, roundTrip = 0, number = 0, now = 0 } = {}): ReceiptsExchange {
  const rows = {
    nextUnanswered: (first: number, end: number): number => {
      for (let sequence = first; sequence < end; sequence++) if (unanswered.has(sequence)) return sequence
      return -1
    },
    sentAt: (): number => sentAt,
    book: (sequence: number, receipt: number): void => void booked.set(sequence, receipt),
  }
  return new ReceiptsExchange(client, rows, from, to, LENGTH, timeout, roundTrip, number, now)
}

function totals(changed: Partial<ReceiptsTotals> = {}): ReceiptsTotals {
  const none = { distinct: 0, copies: 0, damaged: 0, answered: 0, withheld: 0, sendFailed: 0, pending: 0, strangers: 0 }
  return { ...none, drops: undefined, dropUnit: undefined, completeMs: 1000, ...changed }
}

function answerTo(request: ReceiptsRequest, changed: Partial<ReceiptsAnswer> = {}): ReceiptsAnswer {
  const count = changed.count ?? request.count
  const states = new Uint8Array(count).fill(RECEIPT.answered)
  return {
    number: request.number,
    run: request.run,
    totals: totals(),
    from: request.from >>> 0,
    count,
    states,
    ...changed,
  }
}

/** All requests that are sent now. */
function requestsAt(exchange: ReceiptsExchange, now: number): ReceiptsRequest[] {
  const asked: ReceiptsRequest[] = []
  for (let one = exchange.next(now); one !== undefined; one = exchange.next(now)) asked.push(one)
  return asked
}

function theRequest(exchange: ReceiptsExchange, now: number): ReceiptsRequest {
  const [one, ...more] = requestsAt(exchange, now)
  if (one === undefined || more.length > 0) throw new Error(`one request, not ${more.length + 1}`)
  return one
}

test('totals first, then the sequences from the first unanswered on', () => {
  unanswered = new Set([17, 400, 900])
  const exchange = begin()
  const first = theRequest(exchange, 0)
  expect(first).toMatchObject({ number: 0, from: 0, count: 0, length: TOTALS_LENGTH, run: client.run })
  expect(exchange.answer(answerTo(first, { totals: totals({ distinct: 997 }) }), 5)).toBe(true)
  expect(client.receipts).toMatchObject({ totals: { distinct: 997 }, toldAt: 5 })
  const chunks = requestsAt(exchange, 5)
  expect(chunks.map(({ from, count }) => [from, count])).toEqual([
    [17, CAPACITY],
    [400, CAPACITY],
    [900, 100],
  ])
  expect(chunks.every(({ length }) => length === LENGTH)).toBe(true)
  chunks.forEach(chunk => expect(exchange.answer(answerTo(chunk), 9)).toBe(true))
  expect([exchange.done, client.receipts.state, exchange.wake()]).toEqual([true, 'whole', Infinity])
  expect(booked.get(17)).toBe(RECEIPT.answered)
  expect([booked.size, exchange.nextNumber]).toEqual([2 * CAPACITY + 100, 4])
})

test('if the totals explain everything, nothing else is requested', () => {
  const exchange = begin()
  exchange.answer(answerTo(theRequest(exchange, 0)), 1)
  expect([exchange.done, client.receipts.state]).toEqual([true, 'whole'])
})

test('at most four requests are in flight', () => {
  unanswered = new Set(Array.from({ length: 10 }, (_, n) => n * CAPACITY))
  const exchange = begin({ to: 10 * CAPACITY })
  exchange.answer(answerTo(theRequest(exchange, 0)), 0)
  const chunks = requestsAt(exchange, 0)
  expect(chunks).toHaveLength(4)
  for (const chunk of chunks.slice(0, 2)) exchange.answer(answerTo(chunk), 1)
  expect(requestsAt(exchange, 1)).toHaveLength(2)
})

describe('no answers', () => {
  test.each([
    [SECOND, 3 * SECOND],
    [100 * MILLISECOND, 3 * SECOND],
    [5 * SECOND, 10 * SECOND],
  ])('timeout %i: repeated after pauses of 50·2ⁿ ms, given up after %i', (timeout, limit) => {
    const exchange = begin({ timeout, now: 1000 })
    const times: number[] = []
    let now = 1000
    while (!exchange.done) {
      expect(requestsAt(exchange, now - 1)).toEqual([])
      times.push(...requestsAt(exchange, now).map(() => (now - 1000) / MILLISECOND))
      if (!exchange.done) now = exchange.wake()
    }
    const all = [0, 50, 150, 350, 750, 1550, 3150, 6350]
    expect(times).toEqual(all.filter(ms => ms * MILLISECOND < limit))
    expect([now - 1000, client.receipts.state, client.receipts.totals]).toEqual([limit, 'none', undefined])
  })

  test('after the totals: partial, and the totals are kept', () => {
    unanswered = new Set([0, 500])
    const exchange = begin()
    exchange.answer(answerTo(theRequest(exchange, 0)), 0)
    const [first] = requestsAt(exchange, 0)
    if (first === undefined) throw new Error('a request')
    exchange.answer(answerTo(first), 1)
    for (let now = 1; !exchange.done; now = exchange.wake()) requestsAt(exchange, now)
    expect([client.receipts.state, booked.size]).toEqual(['partial', CAPACITY])
  })

  test('an answer after the end is ignored', () => {
    const exchange = begin()
    const first = theRequest(exchange, 0)
    requestsAt(exchange, 3 * SECOND)
    expect([exchange.done, exchange.answer(answerTo(first), 3 * SECOND)]).toEqual([true, false])
  })
})

describe('invalid answers', () => {
  test('an unknown number, and a second answer', () => {
    unanswered = new Set([0])
    const exchange = begin({ number: 7 })
    const first = theRequest(exchange, 0)
    expect(first.number).toBe(7)
    expect(exchange.answer(answerTo(first, { number: 0 }), 0)).toBe(false)
    expect(exchange.answer(answerTo(first), 0)).toBe(true)
    expect(exchange.answer(answerTo(first), 0)).toBe(false)
  })

  test('other sequences than requested: a request that was damaged in transit', () => {
    unanswered = new Set([3])
    const exchange = begin()
    exchange.answer(answerTo(theRequest(exchange, 0)), 0)
    const states = theRequest(exchange, 0)
    expect(exchange.answer(answerTo(states, { from: 4 }), 0)).toBe(false)
    expect(exchange.answer(answerTo(states, { count: states.count + 1 }), 0)).toBe(false)
    expect([booked.size, exchange.done]).toEqual([0, false])
    expect(theRequest(exchange, 50 * MILLISECOND)).toEqual(states)
    expect(exchange.answer(answerTo(states), 51 * MILLISECOND)).toBe(true)
    expect(client.receipts.state).toBe('whole')
  })

  test('a shorter answer leaves its rest to be requested again', () => {
    unanswered = new Set([0, 300])
    const exchange = begin({ to: 320 })
    exchange.answer(answerTo(theRequest(exchange, 0)), 0)
    exchange.answer(answerTo(theRequest(exchange, 0), { count: 100 }), 0)
    const rest = theRequest(exchange, 0)
    expect([rest.from, rest.count]).toEqual([100, 220])
    exchange.answer(answerTo(rest), 0)
    expect([booked.size, client.receipts.state]).toEqual([320, 'whole'])
  })
})

describe('a server that sends fewer states than fit', () => {
  test('is asked for the rest once more, and no more', () => {
    unanswered = new Set(Array.from({ length: 20 }, (_, n) => n))
    const exchange = begin({ to: 20 })
    exchange.answer(answerTo(theRequest(exchange, 0)), 0)
    for (const [from, count] of [
      [0, 20],
      [1, 19],
    ]) {
      const request = theRequest(exchange, 0)
      expect([request.from, request.count]).toEqual([from, count])
      exchange.answer(answerTo(request, { count: 1 }), 0)
    }
    expect([exchange.done, client.receipts.state, booked.size]).toEqual([true, 'partial', 2])
  })

  test('and slowly, does not exceed the time limit of the whole', () => {
    unanswered = new Set(Array.from({ length: 3000 }, (_, n) => n))
    // 3200 states are 10 requests: 2 × 4 s × 10 / 4.
    const exchange = begin({ to: 3200, roundTrip: 4 * SECOND })
    let now = 0
    for (; !exchange.done; now = Math.max(now + SECOND, Math.min(exchange.wake(), now + SECOND))) {
      for (const one of requestsAt(exchange, now))
        exchange.answer(answerTo(one, { count: Math.min(1, one.count) }), now)
    }
    expect(now).toBeLessThanOrEqual(21 * SECOND)
    expect(client.receipts.state).toBe('partial')
  })

  test('the time limit grows with the number of requests and the round trip', () => {
    unanswered = new Set(Array.from({ length: 3200 }, (_, n) => n))
    const exchange = begin({ to: 3200, roundTrip: 4 * SECOND })
    requestsAt(exchange, 0)
    requestsAt(exchange, 20 * SECOND - 1)
    expect(exchange.done).toBe(false)
    requestsAt(exchange, 20 * SECOND)
    expect([exchange.done, client.receipts.state]).toEqual([true, 'none'])
  })
})

describe('answers of another memory', () => {
  test('fewer distinct probes than before, to a request that was sent later', () => {
    unanswered = new Set([0])
    const exchange = begin({ to: 10 })
    exchange.answer(answerTo(theRequest(exchange, 0), { totals: totals({ distinct: 9 }) }), 5)
    const states = theRequest(exchange, 5)
    exchange.answer(answerTo(states, { totals: totals({ distinct: 8 }) }), 9)
    expect(client.receipts).toMatchObject({ shrank: true, totals: { distinct: 8 }, askedAt: 5, toldAt: 9 })
  })

  test('not if it was sent before the other arrived: answers may overtake each other', () => {
    unanswered = new Set([0, 500])
    const exchange = begin()
    exchange.answer(answerTo(theRequest(exchange, 0), { totals: totals({ distinct: 7 }) }), 5)
    const [one, other] = requestsAt(exchange, 5)
    if (one === undefined || other === undefined) throw new Error('two requests')
    exchange.answer(answerTo(one, { totals: totals({ distinct: 9 }) }), 20)
    exchange.answer(answerTo(other, { totals: totals({ distinct: 8 }) }), 21)
    expect(client.receipts).toMatchObject({ totals: { distinct: 9 }, toldAt: 20, askedAt: 5 })
    expect(client.receipts.shrank).toBeUndefined()
  })
})

describe('a memory that may have begun later than the first unanswered probe', () => {
  test.each([
    [1000, [100, 900]],
    [500, [84, 916]],
  ])('says %i ms: asked from %j on', (completeMs, asked) => {
    unanswered = new Set([100])
    // Received at 900 ms: since −100 ms, or since 400 ms.
    sentAt = 300 * MILLISECOND
    const exchange = begin({ to: 1000 })
    exchange.answer(answerTo(theRequest(exchange, 0), { totals: totals({ completeMs }) }), 900 * MILLISECOND)
    const { from, count } = theRequest(exchange, 900 * MILLISECOND)
    expect([from, count]).toEqual([asked[0], Math.min(CAPACITY, asked[1] ?? 0)])
  })
})

describe('delayed answers of the server', () => {
  test('are requested again, after pauses that double', () => {
    unanswered = new Set([0])
    const exchange = begin({ to: 10 })
    const pending = totals({ pending: 1 })
    exchange.answer(answerTo(theRequest(exchange, 0), { totals: pending }), 0)
    exchange.answer(answerTo(theRequest(exchange, 0), { totals: pending }), 0)
    expect(exchange.wake()).toBe(50 * MILLISECOND)
    expect(requestsAt(exchange, 49 * MILLISECOND)).toEqual([])
    exchange.answer(answerTo(theRequest(exchange, 50 * MILLISECOND), { totals: pending }), 50 * MILLISECOND)
    expect(exchange.wake()).toBe(150 * MILLISECOND)
    exchange.answer(answerTo(theRequest(exchange, 150 * MILLISECOND)), 150 * MILLISECOND)
    expect([exchange.done, client.receipts.state]).toEqual([true, 'whole'])
  })

  test('not after they arrived', () => {
    unanswered = new Set([0])
    const exchange = begin({ to: 10 })
    exchange.answer(answerTo(theRequest(exchange, 0), { totals: totals({ pending: 1 }) }), 0)
    exchange.answer(answerTo(theRequest(exchange, 0), { totals: totals({ pending: 1 }) }), 0)
    unanswered.clear()
    expect([requestsAt(exchange, SECOND), exchange.done]).toEqual([[], true])
  })

  test('and not forever', () => {
    unanswered = new Set([0])
    const exchange = begin({ to: 10 })
    let now = 0
    for (; !exchange.done; now = Math.min(exchange.wake(), 100 * SECOND)) {
      for (const one of requestsAt(exchange, now))
        exchange.answer(answerTo(one, { totals: totals({ pending: 9 }) }), now)
    }
    expect(now).toBeLessThanOrEqual(100 * SECOND)
    expect(client.receipts.toldAt).toBeLessThanOrEqual(7 * SECOND)
  })
})

test('a server that echoes the request has no receipts', () => {
  const exchange = begin()
  requestsAt(exchange, 0)
  exchange.echoed()
  expect([exchange.done, client.receipts.state, exchange.wake(), requestsAt(exchange, 1)]).toEqual([
    true,
    'foreign',
    Infinity,
    [],
  ])
})
