import { describe, expect, test } from 'vitest'
import { NReordering } from '../../../src/ledger/n-reordering.ts'

describe('NReordering (RFC 4737 section 5.3)', () => {
  test('1 2 3 7 8 9 4 5 6: only 4 is 3-reordered', () => {
    const reordering = new NReordering(64)
    expect([1, 2, 3, 7, 8, 9, 4, 5, 6].map(sequence => reordering.push(sequence))).toEqual([0, 0, 0, 0, 0, 0, 3, 0, 0])
    expect(reordering.most).toBe(3)
  })

  test('no arrivals, none reordered', () => {
    expect(new NReordering(64).most).toBe(0)
  })

  test('backwards for longer than the history: n is limited to it', () => {
    const reordering = new NReordering(64)
    const degrees = Array.from({ length: 200 }, (_, n) => reordering.push(200 - n))
    expect(degrees).toEqual(Array.from({ length: 200 }, (_, n) => Math.min(n, 64)))
  })

  test('evicted smaller arrivals do not reduce n below the history', () => {
    const reordering = new NReordering(64)
    for (let n = 0; n < 100; n++) reordering.push(1000 + n)
    expect(reordering.push(1050.5)).toBe(49)
    expect(reordering.push(1036.5)).toBe(64)
    expect(reordering.push(1010.5)).toBe(64)
    expect(reordering.push(2000)).toBe(0)
  })
})
