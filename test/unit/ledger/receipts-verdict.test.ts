import { describe, expect, test } from 'vitest'
import { MILLISECOND } from '../../../src/base/nanos.ts'
import { TRAIT } from '../../../src/facts/probe-table.ts'
import type { ClientFacts, RunFacts } from '../../../src/facts/run.ts'
import { contradictedClients, receiptsAreVoid } from '../../../src/ledger/receipts-verdict.ts'
import { answered, crafted, cut, echoed, silent, told, unreachable, wrong, type CraftedRow } from './crafted.ts'

const DENIED = 1 << TRAIT.receiptShift

function clientOf(facts: RunFacts): ClientFacts {
  const [client] = facts.clients
  if (client === undefined) throw new Error('no client')
  return client
}

describe('receipts that do not reach back to the first probe are void', () => {
  // Told 1000 ms after the clock began; the first probe was sent at 100 ms.
  const rows = [answered({ sent: 100 * MILLISECOND })]

  test.each([
    [900, false],
    [901, false],
    // Both ends round to whole milliseconds.
    [899, false],
    [898, true],
    [0, true],
  ])('complete for %d ms of 900', (completeMs, isVoid) => {
    expect(receiptsAreVoid(clientOf(crafted(rows, { clients: [told({ completeMs })] })), false)).toBe(isVoid)
  })
})

test('receipts that contradict a reply are void', () => {
  expect(receiptsAreVoid(clientOf(crafted([answered()], { clients: [told()] })), true)).toBe(true)
})

test('receipts that never came are not void: there are none', () => {
  expect(receiptsAreVoid(clientOf(crafted([answered()])), true)).toBe(false)
})

describe('a server contradicts itself', () => {
  test.each<[string, CraftedRow, boolean]>([
    ['that denies what it answered with R', answered({ traits: TRAIT.answered | DENIED }), true],
    ['that denies what it answered, however the reply came', cut(60, { traits: TRAIT.answered | DENIED }), true],
    ['and wrong', wrong(60, { traits: TRAIT.answered | DENIED }), true],
    ['not if its reply was no R: the probe had come damaged', echoed({ traits: DENIED }), false],
    ['not if nothing came back', silent('notReceived'), false],
    ['not if an ICMP error came back', { ...unreachable(), traits: DENIED }, false],
    ['not if it knows the probe', answered({ traits: TRAIT.answered | (3 << TRAIT.receiptShift) }), false],
    ['not if it was not asked', answered(), false],
  ])('%s', (_, row, contradicted) => {
    expect(contradictedClients(crafted([answered(), row]).probes).has(0)).toBe(contradicted)
  })

  test('to the client that it denies, by number', () => {
    const denied = answered({ traits: TRAIT.answered | DENIED })
    const rows = [answered(), answered(), answered(), answered(), denied, answered()]
    expect([...contradictedClients(crafted(rows, { plan: { clients: 3 } }).probes)]).toEqual([1])
  })

  test('on a later page too, whose first row may be any client’s', () => {
    const rows = Array.from({ length: 8200 }, (_, row) =>
      row === 8195 ? answered({ traits: TRAIT.answered | DENIED }) : answered(),
    )
    expect([...contradictedClients(crafted(rows, { plan: { clients: 3 } }).probes)]).toEqual([8195 % 3])
  })
})
