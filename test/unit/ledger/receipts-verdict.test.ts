import { describe, expect, test } from 'vitest'
import { MILLISECOND } from '../../../src/base/nanos.ts'
import type { ClientFacts, RunFacts } from '../../../src/facts/run.ts'
import { receiptsAreVoid } from '../../../src/ledger/receipts-verdict.ts'
import { answered, crafted, told } from './crafted.ts'

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
