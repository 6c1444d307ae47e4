import { describe, expect, test } from 'vitest'
import { Ipdv } from '../../../src/ledger/delay-variation.ts'

const U = undefined

function meanOf(delays: readonly (number | undefined)[]): number | undefined {
  const ipdv = new Ipdv()
  for (const delay of delays) ipdv.push(delay)
  return ipdv.result()
}

describe('Ipdv (RFC 3393, RFC 5481)', () => {
  test('20 10 20 25 20', () => {
    expect(meanOf([20, 10, 20, 25, 20])).toBe(7.5)
  })

  test('a change of path shows once', () => {
    expect(meanOf([4, 4, 4, 4, 9, 9, 9, 9, 9])).toBe(5 / 8)
  })

  test('no pair spans a burst of losses', () => {
    expect(meanOf([3, 4, U, U, U, U, U, 5, 4, 3])).toBe(1)
  })

  test('RFC 5481 figure 2, example B prints -10 for 120 → 100; it is -20', () => {
    expect(meanOf([120, 100])).toBe(20)
  })

  // RFC 4737 tables 1 and 2: sent every 20 ms, [sequence, arrival] as printed.
  const arrival: [string, number[], number[]][] = [
    ['table 1', [68, 88, 108, 210, 148, 168, 188, 208, 228, 248], [82, 82]],
    ['table 2', [68, 88, 108, 128, 189, 190, 188, 208, 228, 248], [41, 19, 22]],
  ]
  test.each(arrival)('RFC 4737 %s: in sending order, whatever the order of arrival', (_, times, changes) => {
    expect(meanOf(times.map((time, n) => time - n * 20))).toBe(changes.reduce((sum, change) => sum + change, 0) / 9)
  })

  test('undefined if no neighbors arrived', () => {
    expect(meanOf([])).toBeUndefined()
    expect(meanOf([1])).toBeUndefined()
    expect(meanOf([1, U, 2, U, 3])).toBeUndefined()
  })
})
