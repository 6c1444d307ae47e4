import { describe, expect, test } from 'vitest'
import { Duplication } from '../../../src/ledger/duplication.ts'

function copied(arrivals: string) {
  const copies = new Map<string, number>()
  for (const packet of arrivals) copies.set(packet, (copies.get(packet) ?? 0) + 1)
  const duplication = new Duplication()
  for (const count of copies.values()) duplication.push(count)
  return duplication.result()
}

describe('Duplication (RFC 5560)', () => {
  test.each([
    ['1234', 0, 0],
    ['11223344', 1, 1],
    ['111222333444', 2, 1],
    ['11123334', 1, 0.5],
  ])('%s', (arrivals, fraction, replicatedRate) => {
    expect(copied(arrivals)).toEqual({ fraction, replicatedRate })
  })

  test('lost packets are ignored', () => {
    const result = new Duplication()
    for (const copies of [0, 2, 0, 1]) result.push(copies)
    expect(result.result()).toEqual({ fraction: 0.5, replicatedRate: 0.5 })
  })

  test('nothing delivered: undefined', () => {
    const result = new Duplication()
    result.push(0)
    expect(result.result()).toBeUndefined()
  })
})
