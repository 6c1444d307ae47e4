import { describe, expect, test } from 'vitest'
import { TIMEOUT_MS, expectFatesEqual, expectLedgerEquals, fatesWithoutLate, sendThrough } from '../helpers/impaired.ts'
import type { Impairment } from '../helpers/impaired.ts'
import { startEcho } from '../helpers/peers.ts'

const PLAIN = { timeoutMs: TIMEOUT_MS, receipts: false }
/** A damaged reply is compared with at most 256 probes (docs/wire-format.md), so it is found however long it takes. */
const MANY = ['--count', '250', '--interval', '2ms']
/** A linger in which late replies of these tests arrive. */
const LATE = ['--linger', '3s']

async function compared(impairment: Impairment, ...server: readonly string[]): ReturnType<typeof sendThrough> {
  await using echo = await startEcho(...server)
  const outcome = await sendThrough(echo.at, impairment)
  const right = expectLedgerEquals(outcome, PLAIN)
  expectFatesEqual(outcome, right)
  const served = await echo.stop()
  expect(served).toMatchObject({
    received: outcome.truth.up.forwarded,
    replied: outcome.truth.down.seen,
    socketDrops: 0,
  })
  expect(outcome.truth.up.receipts.seen, 'no receipts are requested from another server').toBe(0)
  expect(outcome.code).toBe(0)
  return outcome
}

describe('with a plain Python server, every count equals the relay’s record', () => {
  test.each([1, 2, 3])('losses in both directions (seed %i)', async seed => {
    const { document, truth } = await compared({
      seed,
      up: ['drop=0.1'],
      down: ['drop=0.1'],
      send: [...MANY, '--size', '200'],
    })
    expect(truth.up.dropped).toBeGreaterThan(0)
    expect(truth.down.dropped).toBeGreaterThan(0)
    expect(document.loss.unknown).toBe(truth.up.dropped + truth.down.dropped)
    expect(document.loss.forward).toBeUndefined()
  })

  test.each([4, 5])('copies in both directions (seed %i)', async seed => {
    const { document, truth } = await compared({ seed, up: ['dup=0.1'], down: ['dup=0.1'], send: MANY })
    expect(document.ledger.duplicates).toBe(truth.up.duplicated + truth.down.duplicated)
    expect(document.ledger.duplicates).toBeGreaterThan(0)
    expect(fatesWithoutLate(document)).toEqual({ intact: 250 })
    expect(document.loss.count).toBe(0)
  })

  test('a copy does not hide a loss', async () => {
    const rules = ['dup=0.3', 'drop=0.2']
    const { document } = await compared({ seed: 6, up: rules, down: rules, send: MANY })
    expect(document.ledger.duplicates).toBeGreaterThan(0)
    expect(document.loss.count).toBeGreaterThan(0)
  })

  test.each([7, 8])('datagrams truncated in both directions (seed %i)', async seed => {
    const up = ['truncate=1000@0.1', 'truncate=40@0.05', 'truncate=20@0.05']
    const down = ['truncate=300@0.1', 'truncate=13@0.05']
    const { document } = await compared({ seed, up, down, send: [...MANY, '--size', '4000'] })
    expect(document.truncation.cutAt.map(cut => cut.length).toSorted((a, b) => a - b)).toEqual([13, 20, 40, 300, 1000])
  })

  test('datagrams truncated below the header, identified as the only one in flight', async () => {
    const send = ['--count', '60', '--window', '1', '--size', '400']
    const { document } = await compared({ seed: 9, up: ['truncate=5@0.2'], down: ['truncate=0@0.2'], send })
    expect(document.truncation.count).toBeGreaterThan(0)
  })

  test.each([10, 11, 12])('bits flipped in all bytes (seed %i)', async seed => {
    const { document } = await compared({
      seed,
      up: ['corrupt=0.2'],
      down: ['corrupt=0.2'],
      send: [...MANY, '--size', '128'],
    })
    expect(document.ledger.fates['corrupt']).toBeGreaterThan(50)
  })

  test('bits flipped in the first 34 bytes only, which identify the probe', async () => {
    const relay = ['--corrupt-range', '0:34']
    const { document } = await compared({ seed: 13, up: ['corrupt=0.3'], down: ['corrupt=0.3'], relay, send: MANY })
    expect(document.ledger.fates['corrupt']).toBeGreaterThan(50)
  })

  test('bits flipped in a large payload of all byte values, echoed verbatim', async () => {
    const send = [...MANY, '--size', '2000', '--payload', 'binary']
    const { document } = await compared(
      { seed: 14, up: ['corrupt=0.1'], down: ['corrupt=0.1'], send },
      '--mode',
      'echo',
    )
    expect(document.reply.rule).toBe('same')
    expect(document.ledger.fates['corrupt']).toBeGreaterThan(0)
  })

  test.each([15, 16])('reordered datagrams (seed %i)', async seed => {
    const { document } = await compared({ seed, up: ['hold=0.1:40'], down: ['hold=0.1:25'], send: MANY })
    expect(document.ledger.reordered).toBeGreaterThan(0)
    expect(fatesWithoutLate(document)).toEqual({ intact: 250 })
  })

  test.each([17, 18])('datagrams that arrive after the timeout are late, not lost (seed %i)', async seed => {
    const send = [...MANY, ...LATE]
    const { document, truth } = await compared({ seed, up: ['hold=0.05:1500'], down: ['hold=0.05:1500'], send })
    expect(truth.up.held).toBeGreaterThan(0)
    expect(document.ledger.fates['late']).toBeGreaterThan(0)
    expect(document.loss.count).toBe(0)
  })

  test.each([21, 22, 23, 24, 25])('all impairments at once (seed %i)', async seed => {
    const rules = ['drop=0.05', 'dup=0.05', 'truncate=500@0.03', 'truncate=60@0.02', 'corrupt=0.05']
    const up = [...rules, 'hold=0.05:30', 'hold=0.02:1500']
    const down = [...rules, 'hold=0.05:20', 'hold=0.02:1500']
    const relay = ['--corrupt-range', '34:65535']
    const { document } = await compared({ seed, up, down, relay, send: [...MANY, ...LATE, '--size', '1000'] })
    for (const fate of ['intact', 'late', 'truncated', 'corrupt', 'lostUnknown']) {
      expect(document.ledger.fates[fate], fate).toBeGreaterThan(0)
    }
  })

  test('sizes without identity, one in flight at a time', async () => {
    const send = ['--count', '12', '--size', '5', '--timeout', '2s']
    await using echo = await startEcho()
    const { document, truth } = await sendThrough(echo.at, {
      seed: 26,
      up: ['drop=every:5'],
      down: ['drop=every:6'],
      send,
    })
    const lost = truth.up.dropped + truth.down.dropped
    expect(lost).toBe(2 + 1)
    expect(document.ledger.fates).toEqual({ intact: 12 - lost, lostUnknown: lost })
  })

  test('bursts of 150 with loss, copies, truncation and damage', async () => {
    const rules = ['drop=0.1', 'dup=0.1', 'truncate=700@0.1', 'corrupt=0.1']
    const send = ['--burst', '150', '--count', '450', '--interval', '100ms', '--size', '1000']
    const { document } = await compared({
      seed: 27,
      up: rules,
      down: rules,
      relay: ['--corrupt-range', '34:65535'],
      send,
    })
    expect(document.ledger.scheduled).toBe(450)
  })

  test('several clients at once: each has its own fates', async () => {
    await using echo = await startEcho()
    const send = ['--clients', '6', '--count', '60', '--interval', '5ms']
    const outcome = await sendThrough(echo.at, { seed: 28, up: ['drop=0.1'], down: ['drop=0.1', 'dup=0.1'], send })
    const right = expectLedgerEquals(outcome, PLAIN)
    expect(outcome.document.clients.length).toBe(6)
    for (const client of outcome.document.clients) {
      const run = typeof client.run === 'number' ? client.run.toString(16).toUpperCase().padStart(8, '0') : client.run
      const fates = [...right.fates].filter(([key]) => key.startsWith(`${run.toUpperCase()}:`)).map(([, fate]) => fate)
      expect(fates.length, `the relay saw run ${run}`).toBe(60)
      expect(client.ledger.scheduled).toBe(60)
      expect(fatesWithoutLate(client)['intact']).toBe(fates.filter(fate => ['intact', 'late'].includes(fate)).length)
      expect(client.loss.count).toBe(fates.filter(fate => fate === 'lostUnknown').length)
    }
  })
})
