import { describe, expect, test } from 'vitest'
import { MILLISECOND } from '../../../src/base/nanos.ts'
import { TRAIT } from '../../../src/facts/probe-table.ts'
import type { ClientFacts, RunFacts } from '../../../src/facts/run.ts'
import { memoryReachesTo, receiptsAreVoid } from '../../../src/ledger/receipts-verdict.ts'
import { NO_RECEIPTS_CHECK, ReplyCensus } from '../../../src/ledger/reply-census.ts'
import { analyzeRun } from '../../../src/ledger/analysis.ts'
import { answered, crafted, silent, withTotals, type CraftedRow } from './crafted.ts'

const KNOWN = TRAIT.same | TRAIT.answered | (3 << TRAIT.receiptShift)

function clientOf(facts: RunFacts): ClientFacts {
  const [client] = facts.clients
  if (client === undefined) throw new Error('no client')
  return client
}

function isVoid(facts: RunFacts): boolean {
  return receiptsAreVoid(clientOf(facts), ReplyCensus.of(facts).checks.get(0) ?? NO_RECEIPTS_CHECK)
}

function reach(facts: RunFacts): number {
  return memoryReachesTo(clientOf(facts), ReplyCensus.of(facts).checks.get(0) ?? NO_RECEIPTS_CHECK) / MILLISECOND
}

describe('receipts are void', () => {
  test('if they contradict a reply', () => {
    const denied = answered({ traits: TRAIT.answered | (1 << TRAIT.receiptShift) })
    expect(isVoid(crafted([denied], { clients: [withTotals({ distinct: 1 })] }))).toBe(true)
  })

  // Two of three were answered, and the receipts know a third, which was not.
  const rows = [answered(), answered(), silent('answered'), silent('notReceived')]
  test.each([
    [2, true],
    [3, false],
    [4, false],
    // This many or more.
    [0xffffffff, false],
  ])('where the server has received fewer than it has answered or knows: %i of 3', (distinct, expected) => {
    expect(isVoid(crafted(rows, { clients: [withTotals({ distinct })] }))).toBe(expected)
  })

  test('but not for a probe that was answered after the request was sent', () => {
    const late = answered({ sent: 0, arrived: 500 * MILLISECOND })
    const { receipts } = withTotals({ distinct: 1 })
    const asked = (askedAt: number): RunFacts =>
      crafted([answered(), late], { clients: [{ receipts: { ...receipts, askedAt: askedAt * MILLISECOND } }] })
    expect([isVoid(asked(400)), isVoid(asked(500)), isVoid(asked(501))]).toEqual([false, false, true])
  })

  test('if a later answer knew less than an earlier one', () => {
    const { receipts } = withTotals({ distinct: 9 })
    expect(isVoid(crafted([answered()], { clients: [{ receipts: { ...receipts, shrank: true } }] }))).toBe(true)
  })

  test('but not if there are none', () => {
    expect(isVoid(crafted([answered(), silent('notReceived')]))).toBe(false)
  })
})

describe('the memory certainly covers', () => {
  const rowsFrom = (known: CraftedRow): CraftedRow[] => [silent('notReceived'), known, silent('notReceived')]

  test('the time that the server reports, before its answer arrived', () => {
    // Received 1000 ms after the clock began.
    expect(reach(crafted(rowsFrom(answered()), { clients: [withTotals({ completeMs: 300, distinct: 1 })] }))).toBe(700)
  })

  test('the time since the first probe that it knows was sent, if that is earlier', () => {
    const rows = rowsFrom(answered({ traits: KNOWN }))
    expect(reach(crafted(rows, { clients: [withTotals({ completeMs: 300, distinct: 1 })] }))).toBe(10)
    expect(reach(crafted(rows, { clients: [withTotals({ completeMs: 995, distinct: 1 })] }))).toBe(5)
  })

  test('no earlier probes that it does not know, and the others keep their direction', () => {
    const facts = crafted([...rowsFrom(answered({ traits: KNOWN })), silent('answered')], {
      clients: [withTotals({ completeMs: 300, distinct: 2 })],
    })
    const { tally, receipts } = analyzeRun(facts)
    expect(tally.total.fates).toMatchObject({ intact: 1, lostUnknown: 1, lostForward: 1, lostReturn: 1 })
    expect([tally.beyondMemory, receipts]).toEqual([1, 'none'])
  })

  test('independent of a probe too small for the receipts', () => {
    const rows = [answered({ traits: KNOWN }), silent('notReceived'), silent('notReceived')]
    const facts = crafted(rows, { clients: [withTotals({ distinct: 1 })], plan: { sizes: [200, 33] } })
    const { tally, receipts } = analyzeRun(facts)
    expect(tally.total.fates).toMatchObject({ intact: 1, lostUnknown: 1, lostForward: 1 })
    expect([tally.beyondMemory, receipts]).toEqual([0, 'whole'])
  })

  test('more than the run: all keep their direction', () => {
    const facts = crafted(rowsFrom(answered({ traits: KNOWN })), { clients: [withTotals({ distinct: 1 })] })
    const { tally, receipts } = analyzeRun(facts)
    expect(tally.total.fates).toMatchObject({ intact: 1, lostForward: 2, lostUnknown: 0 })
    expect(receipts).toBe('whole')
  })
})
