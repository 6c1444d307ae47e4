import { describe, expect, test } from 'vitest'
import { chanceOfAtLeast } from '../../../src/ledger/hypergeometric.ts'

/** The same in integers: Σ C(marked, k)·C(total−marked, drawn−k) over C(total, drawn). */
function exact(hits: number, drawn: number, marked: number, total: number): number {
  let ways = 0n
  for (let k = hits; k <= drawn; k++) ways += choose(marked, k) * choose(total - marked, drawn - k)
  const scale = 10n ** 120n
  return Number((ways * scale) / choose(total, drawn)) / 1e120
}

function choose(n: number, k: number): bigint {
  if (k < 0 || k > n) return 0n
  let ways = 1n
  for (let i = 1; i <= k; i++) ways = (ways * BigInt(n - k + i)) / BigInt(i)
  return ways
}

describe('the probability of this many marked ones among those drawn', () => {
  test.each([
    [5, 5, 5, 15],
    [1, 10, 3, 100],
    [3, 10, 3, 100],
    [40, 100, 200, 1000],
    [25, 100, 200, 1000],
    [10, 10, 10, 160],
    [70, 100, 100, 1500],
    [2, 3, 4, 6],
  ])('at least %i of %i, where %i of %i are marked', (hits, drawn, marked, total) => {
    const expected = exact(hits, drawn, marked, total)
    expect(chanceOfAtLeast(hits, drawn, marked, total) / expected).toBeCloseTo(1, 9)
  })

  test('is 1 if certain, and 0 if impossible', () => {
    expect(chanceOfAtLeast(0, 10, 3, 100)).toBe(1)
    expect(chanceOfAtLeast(5, 10, 95, 100)).toBe(1)
    expect(chanceOfAtLeast(10, 10, 10, 10)).toBe(1)
    expect(chanceOfAtLeast(4, 10, 3, 100)).toBe(0)
  })
})
