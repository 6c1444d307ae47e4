import { expect, test } from 'vitest'
import { chanceOfAllLost } from '../../../src/ledger/all-lost.ts'

/** Number of equally likely ways to choose `chosen` of `total`. */
function choose(total: number, chosen: number): number {
  let ways = 1
  for (let n = 1; n <= chosen; n++) ways = (ways * (total - chosen + n)) / n
  return ways
}

test('is the tail of the hypergeometric distribution', () => {
  for (const [probes, lost, controls] of [
    [5, 0, 10],
    [3, 2, 12],
    [1, 0, 1],
    [20, 7, 75],
  ] as const) {
    const exact = choose(lost + probes, probes) / choose(controls + probes, probes)
    expect(chanceOfAllLost(probes, lost, controls)).toBeCloseTo(exact, 12)
  }
  expect(1 / chanceOfAllLost(5, 0, 10)).toBeCloseTo(3003, 6)
})

test('without losses, or with all controls lost, the probability is 1', () => {
  expect(chanceOfAllLost(0, 3, 10)).toBe(1)
  expect(chanceOfAllLost(7, 10, 10)).toBe(1)
})

test('counted by hand: of 4 datagrams two are lost at random, and they are these two', () => {
  // (1 2)(1 3)(1 4)(2 3)(2 4)(3 4): one of six.
  expect(chanceOfAllLost(2, 0, 2)).toBeCloseTo(1 / 6, 12)
})
