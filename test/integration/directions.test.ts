import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { TIMEOUT_MS, expectFatesEqual, expectLedgerEquals, fatesWithoutLate, sendThrough } from '../helpers/impaired.ts'
import type { Impairment, Outcome } from '../helpers/impaired.ts'
import { startServe, summaryOf, type ServerProcess } from '../helpers/udptool.ts'

const OURS = { timeoutMs: TIMEOUT_MS, receipts: true }
/** A damaged reply is compared with at most 256 probes (docs/wire-format.md), so it is found however long it takes. */
const MANY = ['--count', '250', '--interval', '2ms']
const BURSTS = ['--burst', '150', '--count', '450', '--interval', '100ms', '--size', '1000']

/** One server for all runs. Each run has its own source port, so it has its own receipts. */
let server: ServerProcess
/** The number of datagrams that the relays forwarded to it. */
let forwarded = 0

beforeAll(async () => {
  server = await startServe(['--recv-buffer', '4MiB', '--json'], { ofFile: true, timeoutSeconds: 600 })
})

afterAll(async () => {
  await server.child[Symbol.asyncDispose]()
})

async function sent(impairment: Impairment): Promise<Outcome> {
  const outcome = await sendThrough(server.at, impairment)
  forwarded += outcome.truth.up.forwarded
  return outcome
}

async function compared(impairment: Impairment): Promise<Outcome> {
  const outcome = await sent(impairment)
  const right = expectLedgerEquals(outcome, OURS)
  expectFatesEqual(outcome, right)
  expect(outcome.document.loss.forward ?? 0).toBe(right.counts['lostForward'] ?? 0)
  expect(outcome.document.loss.return ?? 0).toBe(right.counts['lostReturn'] ?? 0)
  expect(outcome.document.loss.unknown ?? 0).toBe(0)
  return outcome
}

describe('with udptool serve, every loss has the direction in which the relay dropped it', () => {
  test.each([1, 2, 3, 4])('losses in both directions (seed %i)', async seed => {
    const { document, truth } = await compared({
      seed,
      up: ['drop=0.1'],
      down: ['drop=0.1'],
      send: [...MANY, '--size', '200'],
    })
    expect(document.loss.forward).toBe(truth.up.dropped)
    expect(document.loss.return).toBe(truth.down.dropped)
    expect(document.evidence.receipts).toBe('whole')
  })

  test('losses from client to server only', async () => {
    const { document, truth } = await compared({ seed: 5, up: ['drop=every:7'], send: MANY })
    expect(fatesWithoutLate(document)).toEqual({ intact: 250 - truth.up.dropped, lostForward: truth.up.dropped })
  })

  test('losses from server to client only', async () => {
    const { document, truth } = await compared({ seed: 6, down: ['drop=every:7'], send: MANY })
    expect(fatesWithoutLate(document)).toEqual({ intact: 250 - truth.down.dropped, lostReturn: truth.down.dropped })
  })

  test('no losses: no receipts are requested', async () => {
    const { document, truth } = await compared({ seed: 7, send: MANY })
    expect(fatesWithoutLate(document)).toEqual({ intact: 250 })
    // A receipts request is sent for a probe whose reply is late.
    if (document.ledger.fates['late'] === undefined) expect(truth.up.receipts.seen).toBe(0)
  })

  test('losses of the first and the last datagrams of a run', async () => {
    const up = ['drop=seq:0-4', 'drop=seq:240-249']
    const { document } = await compared({ seed: 8, up, down: ['drop=seq:230-239', 'drop=seq:10-12'], send: MANY })
    expect(fatesWithoutLate(document)).toEqual({ intact: 222, lostForward: 15, lostReturn: 13 })
    expect(document.loss.longestRun).toBe(20)
  })

  test('losses of a whole burst to the server, and of a part of the next one and the last replies to the client', async () => {
    const { document } = await compared({
      seed: 10,
      up: ['drop=seq:150-299'],
      down: ['drop=seq:300-379', 'drop=seq:440-449'],
      send: BURSTS,
    })
    expect(fatesWithoutLate(document)).toEqual({ intact: 210, lostForward: 150, lostReturn: 90 })
    expect(document.loss.longestRun).toBe(230)
  })

  test.each([11, 12, 13])('bursts of 150 with random losses and copies (seed %i)', async seed => {
    const { document } = await compared({
      seed,
      up: ['drop=0.15', 'dup=0.1'],
      down: ['drop=0.15', 'dup=0.1'],
      send: BURSTS,
    })
    expect(document.loss.forward).toBeGreaterThan(0)
    expect(document.loss.return).toBeGreaterThan(0)
  })

  test.each([14, 15, 16])('also if half of the receipts traffic is lost (seed %i)', async seed => {
    const relay = ['--drop-receipts-every', '2']
    const { document, truth } = await compared({
      seed,
      up: ['drop=0.1'],
      down: ['drop=0.1', 'drop=seq:430-449'],
      relay,
      send: BURSTS,
    })
    expect(truth.up.receipts.seen).toBeGreaterThan(0)
    expect(truth.up.receipts.dropped + truth.down.receipts.dropped).toBeGreaterThan(0)
    expect(document.evidence.receipts).toBe('whole')
  })

  test.each([17, 18, 19, 20])(
    'truncation, copies, reordering, late replies, damage and loss at once (seed %i)',
    async seed => {
      const rules = ['drop=0.07', 'dup=0.07', 'truncate=500@0.05', 'corrupt=0.05', 'hold=0.05:30', 'hold=0.02:1500']
      const send = [...MANY, '--linger', '3s', '--size', '1000']
      const { document } = await compared({
        seed,
        up: rules,
        down: rules,
        relay: ['--corrupt-range', '50:65535'],
        send,
      })
      for (const fate of ['intact', 'late', 'truncated', 'corrupt', 'lostForward', 'lostReturn']) {
        expect(document.ledger.fates[fate], fate).toBeGreaterThan(0)
      }
    },
  )

  test('truncations have the direction that truncated', async () => {
    const up = ['truncate=600@0.1', 'truncate=80@0.1']
    const { document } = await compared({
      seed: 21,
      up,
      down: ['truncate=700@0.1', 'truncate=90@0.1'],
      send: [...MANY, '--size', '1000'],
    })
    const sides = new Map(document.truncation.cutAt.map(cut => [cut.length, cut.side]))
    expect(sides).toEqual(
      new Map([
        [600, 'request'],
        [80, 'request'],
        [700, 'reply'],
        [90, 'reply'],
      ]),
    )
  })

  test.each([
    ['the magic', '0:4'],
    ['sequence, run, length and check', '5:34'],
    ['the time of sending', '34:50'],
    ['the evidence', '50:117'],
    ['the payload', '117:65535'],
  ])('bits flipped in %s, in both directions', async (_part, range) => {
    const relay = ['--corrupt-range', range]
    const { document } = await compared({
      seed: 22,
      up: ['corrupt=0.2'],
      down: ['corrupt=0.2'],
      relay,
      send: [...MANY, '--size', '300'],
    })
    expect(document.ledger.fates['corrupt']).toBeGreaterThan(50)
  })

  test('a bit flipped in the kind of a reply', async () => {
    const relay = ['--corrupt-range', '4:5']
    const { document, truth } = await compared({ seed: 23, down: ['corrupt=0.3'], relay, send: MANY })
    expect(fatesWithoutLate(document)).toEqual({ intact: 250 - truth.down.corrupted, corrupt: truth.down.corrupted })
  })

  test('probes too short for evidence have receipts', async () => {
    await compared({ seed: 24, up: ['drop=0.1'], down: ['drop=0.1'], send: [...MANY, '--size', '40'] })
  })

  test('all replies are dropped: all probes are lost from server to client', async () => {
    const { document, code } = await sent({
      seed: 25,
      down: ['drop=1'],
      send: ['--count', '40', '--interval', '2ms'],
    })
    expect(document.ledger.fates).toEqual({ intact: 0, lostReturn: 40 })
    expect(document.loss).toMatchObject({ count: 40, ratio: 1, return: 40 })
    expect(code).toBe(1)
  })

  test('all probes are dropped: all are lost from client to server', async () => {
    const { document, code } = await sent({
      seed: 26,
      up: ['drop=1'],
      send: ['--count', '40', '--interval', '2ms'],
    })
    expect(document.ledger.fates).toEqual({ intact: 0, lostForward: 40 })
    expect(document.loss).toMatchObject({ count: 40, ratio: 1, forward: 40 })
    expect(code).toBe(1)
  })

  test('--no-receipts requests none, and losses have no direction', async () => {
    const outcome = await sent({
      seed: 27,
      up: ['drop=0.1'],
      down: ['drop=0.1'],
      send: [...MANY, '--no-receipts'],
    })
    expectLedgerEquals(outcome, { timeoutMs: TIMEOUT_MS, receipts: false })
    expect(outcome.truth.up.receipts.seen).toBe(0)
    expect(outcome.document.evidence.receipts).toBe('none')
  })
})

test('the server received at least the datagrams that the relays forwarded, and exits with 0', async () => {
  const finished = await server.stop()
  expect(finished.code).toBe(0)
  expect(summaryOf(finished).received).toBeGreaterThanOrEqual(forwarded)
})
