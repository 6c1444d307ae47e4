import { describe, expect, test } from 'vitest'
import { Moments } from '../../../src/ledger/moments.ts'

function push(...values: number[]): Moments {
  const moments = new Moments()
  for (const value of values) moments.push(value)
  return moments
}

describe('Moments', () => {
  test('count, extremes, mean and the deviation of a sample', () => {
    const { count, min, max, mean, stddev } = push(2, 4, 4, 4, 5, 5, 7, 9)
    expect({ count, min, max, mean }).toEqual({ count: 8, min: 2, max: 9, mean: 5 })
    expect(stddev).toBeCloseTo(Math.sqrt(32 / 7), 12)
  })

  test('no deviation for fewer than two samples', () => {
    expect(push().stddev).toBeUndefined()
    expect(push(3).stddev).toBeUndefined()
    expect(push(3, 3).stddev).toBe(0)
  })

  test('stays exact for small differences of large numbers', () => {
    const { mean, stddev } = push(1e15 + 4, 1e15 + 7, 1e15 + 13, 1e15 + 16)
    expect(mean).toBe(1e15 + 10)
    expect(stddev).toBeCloseTo(Math.sqrt(30), 9)
  })
})
