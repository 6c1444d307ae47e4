import { describe, expect, test } from 'vitest'
import { Ipdv, pdv } from '../../../src/ledger/delay-variation.ts'

const U = undefined

function vary(delays: readonly (number | undefined)[]) {
  const ipdv = new Ipdv()
  return { each: delays.map(delay => ipdv.push(delay)), result: ipdv.result() }
}

describe('Ipdv (RFC 3393, RFC 5481)', () => {
  test('20 10 20 25 20', () => {
    const { each, result } = vary([20, 10, 20, 25, 20])
    expect(each).toEqual([U, -10, 10, 5, -5])
    expect(result).toEqual({ count: 4, meanAbs: 7.5, min: -10, max: 10, mean: 0 })
  })

  test('a change of path shows once', () => {
    expect(vary([4, 4, 4, 4, 9, 9, 9, 9, 9]).each).toEqual([U, 0, 0, 0, 5, 0, 0, 0, 0])
  })

  test('no pair reaches across a burst of losses', () => {
    const { each, result } = vary([3, 4, U, U, U, U, U, 5, 4, 3])
    expect(each).toEqual([U, 1, U, U, U, U, U, U, -1, -1])
    expect(result).toEqual({ count: 3, meanAbs: 1, min: -1, max: 1, mean: -1 / 3 })
  })

  test('RFC 5481 figure 2, example B prints -10 for 120 → 100; it is -20', () => {
    expect(vary([120, 100]).each).toEqual([U, -20])
  })

  // RFC 4737 tables 1 and 2: sent every 20 ms, [sequence, arrival] as printed.
  const arrival: [string, number[], Record<number, number>][] = [
    ['table 1', [68, 88, 108, 210, 148, 168, 188, 208, 228, 248], { 4: 82, 5: -82 }],
    ['table 2', [68, 88, 108, 128, 189, 190, 188, 208, 228, 248], { 5: 41, 6: -19, 7: -22 }],
  ]
  test.each(arrival)('RFC 4737 %s: in sending order, whatever the order of arrival', (_, times, expected) => {
    const { each } = vary(times.map((time, n) => time - n * 20))
    const changes = each.flatMap((variation, n) => (variation ? [[n + 1, variation]] : []))
    expect(Object.fromEntries(changes)).toEqual(expected)
  })

  test('undefined while no neighbours arrived', () => {
    expect(vary([]).result).toBeUndefined()
    expect(vary([1]).result).toBeUndefined()
    expect(vary([1, U, 2, U, 3]).result).toBeUndefined()
  })
})

describe('pdv (RFC 5481)', () => {
  test('20 10 20 25 20', () => {
    expect(pdv([20, 10, 20, 25, 20])).toEqual([10, 0, 10, 15, 10])
  })

  test('losses stay undefined', () => {
    expect(pdv([3, 4, U, U, U, U, U, 5, 4, 3])).toEqual([0, 1, U, U, U, U, U, 2, 1, 0])
    expect(pdv([U, U])).toEqual([U, U])
    expect(pdv([])).toEqual([])
  })
})
