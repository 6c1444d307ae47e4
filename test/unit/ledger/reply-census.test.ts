import { describe, expect, test } from 'vitest'
import { TRAIT } from '../../../src/facts/probe-table.ts'
import { ReplyCensus } from '../../../src/ledger/reply-census.ts'
import { answered, crafted, cut, echoed, silent, withTotals, unreachable, wrong, type CraftedRow } from './crafted.ts'

const DENIED = 1 << TRAIT.receiptShift

test('replies are counted by their rule', () => {
  const [same, upper] = [echoed({ traits: TRAIT.same }), cut(60, { traits: TRAIT.upper })]
  const census = ReplyCensus.of(crafted([same, upper, same, echoed(), wrong(60), silent(), same]))
  expect(census).toMatchObject({ same: 3, upper: 1, either: 1 })
})

test('page by page gives the same census', () => {
  const facts = crafted(Array.from({ length: 20_000 }, (_, n) => (n % 3 === 0 ? silent() : answered())))
  const census = new ReplyCensus()
  facts.probes.pages.forEach((page, number) => {
    if (page !== undefined) census.add(page, number, facts)
  })
  expect(facts.probes.pages).toHaveLength(3)
  expect(census).toEqual(ReplyCensus.of(facts))
  expect(census.either).toBe(20_000 - Math.ceil(20_000 / 3))
})

/** The clients of three that the receipts contradict. */
function contradictedIn(rows: readonly CraftedRow[]): number[] {
  const { checks } = ReplyCensus.of(
    crafted(rows, { plan: { clients: 3 }, clients: [withTotals(), withTotals(), withTotals()] }),
  )
  return [...checks].flatMap(([client, { contradicted }]) => (contradicted ? [client] : []))
}

describe('receipts contradict a reply', () => {
  test.each<[string, CraftedRow, boolean]>([
    ['if they deny a probe answered with R', answered({ traits: TRAIT.answered | DENIED }), true],
    ['if they deny an answered probe, however its reply was cut', cut(60, { traits: TRAIT.answered | DENIED }), true],
    ['and wrong', wrong(60, { traits: TRAIT.answered | DENIED }), true],
    ['not if its check arrived damaged', wrong(30, { traits: TRAIT.answered | DENIED }), false],
    ['not if its check was cut off', cut(33, { traits: TRAIT.answered | DENIED }), false],
    ['not if its reply was not R: the probe had arrived damaged', echoed({ traits: DENIED }), false],
    ['not if nothing came back', silent('notReceived'), false],
    ['not if an ICMP error came back', { ...unreachable(), traits: DENIED }, false],
    ['not if it knows the probe', answered({ traits: TRAIT.answered | (3 << TRAIT.receiptShift) }), false],
    ['not if they were not requested', answered(), false],
  ])('%s', (_, row, contradicted) => {
    const facts = crafted([answered(), row], { clients: [withTotals()] })
    expect(ReplyCensus.of(facts).checks.get(0)?.contradicted ?? false).toBe(contradicted)
  })

  test('for the client with that row', () => {
    const denied = answered({ traits: TRAIT.answered | DENIED })
    const rows = [answered(), answered(), answered(), answered(), denied, answered()]
    expect(contradictedIn(rows)).toEqual([1])
  })

  test('on a later page too, whose first row may belong to any client', () => {
    const rows = Array.from({ length: 8200 }, (_, row) =>
      row === 8195 ? answered({ traits: TRAIT.answered | DENIED }) : answered(),
    )
    expect(contradictedIn(rows)).toEqual([8195 % 3])
  })
})
