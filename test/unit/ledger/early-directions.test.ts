import { expect, test } from 'vitest'
import { MILLISECOND, SECOND } from '../../../src/base/nanos.ts'
import type { EarlyAnswer } from '../../../src/facts/early-receipts.ts'
import { PAGE_ROWS } from '../../../src/facts/probe-table.ts'
import type { RunFacts } from '../../../src/facts/run.ts'
import { EarlyDirections, type EarlyFate } from '../../../src/ledger/early-directions.ts'
import { RECEIPT } from '../../../src/wire/receipts.ts'
import { zeroTotals } from '../wire/zero-totals.ts'
import { answered, crafted, silent, type Crafted, type CraftedRow } from './crafted.ts'

const { notReceived, received, withheld } = RECEIPT
const WAIT = 1500 * MILLISECOND
const TOLD_AT = 200 * MILLISECOND

/** Four probes, one each 10 ms with a timeout of 100 ms; the first was answered. */
const ROWS: readonly CraftedRow[] = [answered(), silent(), silent(), silent()]

const ANSWER: EarlyAnswer = {
  client: 0,
  askedAt: 150 * MILLISECOND,
  toldAt: TOLD_AT,
  totals: zeroTotals({ distinct: 3, completeMs: 60_000 }),
  from: 0,
  states: Uint8Array.of(RECEIPT.answered, notReceived, RECEIPT.answered, withheld),
  answered: 1,
}

function factsWith(answer: Partial<EarlyAnswer> | undefined, rows = ROWS, more: Crafted = {}): RunFacts {
  const facts = crafted(rows, more)
  facts.early = { wait: WAIT, unanswered: 0, ...(answer === undefined ? {} : { latest: { ...ANSWER, ...answer } }) }
  return facts
}

function fatesOf(facts: RunFacts, now = TOLD_AT): readonly (EarlyFate | undefined)[] {
  const directions = new EarlyDirections(facts)
  directions.advance()
  return [1, 2, 3].map(row => {
    const page = facts.probes.find(row)
    if (page === undefined || row >= PAGE_ROWS) throw new Error('no page')
    return directions.fate(page, row, now)
  })
}

const unknownAt = (at: number): EarlyFate => ({ fate: 'lostUnknown', at })
const UNKNOWN = [unknownAt(TOLD_AT), unknownAt(TOLD_AT), unknownAt(TOLD_AT)]
const AWAITED = [undefined, undefined, undefined]

test('each loss has the direction that the server told, and the time of its answer', () => {
  expect(fatesOf(factsWith({}))).toEqual([
    { fate: 'lostForward', at: TOLD_AT },
    { fate: 'lostReturn', at: TOLD_AT },
    { fate: 'lostServerPolicy', at: TOLD_AT },
  ])
})

test('a probe that the server has not answered yet has no direction', () => {
  const states = Uint8Array.of(RECEIPT.answered, received, received, received)
  expect(fatesOf(factsWith({ states, totals: { ...ANSWER.totals, distinct: 4 } }))).toEqual(UNKNOWN)
})

test('a loss waits for an answer about it as long as one is awaited', () => {
  const facts = factsWith(undefined)
  expect(fatesOf(facts)).toEqual(AWAITED)
  expect(fatesOf(facts, 10 * MILLISECOND + 100 * MILLISECOND + WAIT)).toEqual([
    unknownAt(110 * MILLISECOND + WAIT),
    undefined,
    undefined,
  ])
  // The page is closed, or no answer can come: the fate was known with the timeout.
  const timeouts = [110, 120, 130].map(ms => unknownAt(ms * MILLISECOND))
  expect(fatesOf(facts, Infinity)).toEqual(timeouts)
  facts.early = { wait: 0, unanswered: 3 }
  expect(fatesOf(facts)).toEqual(timeouts)
  expect(fatesOf(crafted(ROWS))).toEqual(timeouts)
})

test.each<[string, Partial<EarlyAnswer>]>([
  ['that was asked before their timeout', { askedAt: 109 * MILLISECOND }],
  ['about other sequences', { from: 4 }],
  ['about another client', { client: 1 }],
])('an answer %s decides nothing', (_, answer) => {
  expect(fatesOf(factsWith(answer))).toEqual(AWAITED)
})

test('an answer decides only about the probes whose timeout was over when it was asked', () => {
  const [first, ...others] = fatesOf(factsWith({ askedAt: 115 * MILLISECOND }))
  expect([first?.fate, ...others]).toEqual(['lostForward', undefined, undefined])
})

test.each<[string, Partial<EarlyAnswer>]>([
  ['it does not know a probe that the server answered', { states: Uint8Array.of(notReceived, notReceived, 2, 3) }],
  ['it has fewer probes than the server answered', { answered: 4 }],
  ['it has fewer probes than it knows and the server answered', { totals: { ...ANSWER.totals, distinct: 2 } }],
])('an answer of another memory proves nothing: %s', (_, answer) => {
  expect(fatesOf(factsWith(answer))).toEqual(UNKNOWN)
})

test('a reply that came after the request does not contradict the answer', () => {
  const late = answered({ arrived: 160 * MILLISECOND })
  const states = Uint8Array.of(notReceived, notReceived, RECEIPT.answered, withheld)
  const [first] = fatesOf(factsWith({ states, answered: 0 }, [late, ...ROWS.slice(1)]))
  expect(first?.fate).toBe('lostForward')
})

test('a probe from before the memory of the server has no direction, unless an earlier one is known', () => {
  const totals = { ...ANSWER.totals, completeMs: 185 }
  const states = Uint8Array.of(notReceived, RECEIPT.answered, withheld)
  // The memory begins at 15 ms, after probe 1 was sent.
  expect(fatesOf(factsWith({ totals, states, from: 1 })).map(one => one?.fate)).toEqual([
    'lostUnknown',
    'lostReturn',
    'lostServerPolicy',
  ])
  expect(fatesOf(factsWith({ totals }))[0]?.fate).toBe('lostForward')
})

test('receipts do not include a probe too small for a check, so nothing is awaited', () => {
  const timeouts = [110, 120, 130].map(ms => unknownAt(ms * MILLISECOND))
  expect(fatesOf(factsWith({}, ROWS, { plan: { sizes: [33] } }))).toEqual(timeouts)
})

test('a second answer is judged again', () => {
  const facts = factsWith({ answered: 9 })
  const directions = new EarlyDirections(facts)
  directions.advance()
  const [page] = facts.probes.pages
  if (page === undefined) throw new Error('no page')
  expect(directions.fate(page, 1, TOLD_AT)).toEqual(unknownAt(TOLD_AT))
  facts.early = { wait: WAIT, unanswered: 0, latest: { ...ANSWER, toldAt: SECOND } }
  directions.advance()
  expect(directions.fate(page, 1, SECOND)).toEqual({ fate: 'lostForward', at: SECOND })
})
