import { describe, expect, test } from 'vitest'
import { seeded } from '../../../src/base/random.ts'
import { batchLength, batchMargin, blockBounds, blockMeans } from '../../../src/ledger/batches.ts'
import { student95 } from '../../../src/ledger/student.ts'
import { autoregressive, normal } from '../verdict/processes.ts'

/** An AR(1) process of unit variance: neighbours have the correlation `phi`. */
function correlated(phi: number, count: number, seed: number): number[] {
  const next = autoregressive(seeded(seed), phi)
  return Array.from({ length: count }, next)
}

test('Student’s t equals published tables', () => {
  // NIST/SEMATECH e-Handbook 1.3.6.7.2, upper tail 0.025.
  for (const [degrees, point] of [
    [5, 2.571],
    [6, 2.447],
    [10, 2.228],
    [19, 2.093],
    [63, 1.998],
    [1000, 1.962],
  ] as const)
    expect(Math.abs(student95(degrees) - point)).toBeLessThan(0.004)
})

test('blocks are equal, and a short series has one block per value', () => {
  expect(blockBounds(4)).toEqual([0, 1, 2, 3, 4])
  expect(blockMeans(512, index => index).slice(0, 3)).toEqual([0.5, 2.5, 4.5])
  expect(blockBounds(1000)).toHaveLength(257)
  expect(blockBounds(1000).at(-1)).toBe(1000)
})

describe('batchLength', () => {
  test('independent blocks are separate batches', () => {
    const random = seeded(1)
    const lengths = Array.from({ length: 100 }, () => batchLength(Array.from({ length: 256 }, () => normal(random))))
    // Each of three tests errs about twice in a hundred.
    expect(lengths.filter(length => length === 1).length).toBeGreaterThan(85)
  })

  test('the length grows with the correlation, until there are too few batches', () => {
    // The correlation of an AR(1) process falls below 0.2 after log 0.2 / log phi steps: 3, 8, 53.
    const lengths = [0.5, 0.8].map(phi => batchLength(correlated(phi, 256, 3)))
    expect(lengths[0]).toBeGreaterThanOrEqual(8)
    expect(lengths[0]).toBeLessThanOrEqual(16)
    expect(lengths[1]).toBeGreaterThanOrEqual(16)
    expect(lengths[1]).toBeLessThanOrEqual(40)
    expect(batchLength(correlated(0.97, 256, 3))).toBeUndefined()
    expect(batchLength(Array.from({ length: 256 }, (_, index) => index))).toBeUndefined()
  })

  test('constant values may have batches of any length', () => {
    expect(batchLength(Array.from({ length: 20 }, () => 7.1))).toBe(1)
  })
})

describe('batchMargin', () => {
  test('by hand: four blocks, and no longer batches', () => {
    // Mean 2.5, variance 1.25; the correlation of neighbours is 0.25, and 1/4 more. 5 degrees at least.
    const expected = student95(5) * Math.sqrt((1.25 / 3) * (1 + 2 * (0.25 + 0.25)))
    expect(batchMargin([1, 2, 3, 4], 1)).toBeCloseTo(expected, 12)
  })

  test('constant values have no margin', () => {
    expect(batchMargin([7, 7, 7, 7, 7, 7, 7, 7], 1)).toBe(0)
  })

  test.each([
    ['independent', 0],
    ['correlated', 0.9],
  ])('holds the mean of 2000 %s values about 95 times of 100', (_, phi) => {
    const random = seeded(5)
    let held = 0
    for (let run = 0; run < 400; run++) {
      const next = autoregressive(random, phi)
      const blocks = blockMeans(2000, next)
      const mean = blocks.reduce((sum, one) => sum + one, 0) / blocks.length
      const margin = batchMargin(blocks, batchLength(blocks) ?? blocks.length)
      if (Math.abs(mean) <= margin) held += 1
    }
    expect(held / 400).toBeGreaterThan(0.9)
  })

  test('noise does not hide a slow change', () => {
    // A wave of 16 blocks below noise of three times its height: single blocks look independent.
    const random = seeded(9)
    const blocks = Array.from({ length: 256 }, (_, index) => (Math.floor(index / 16) % 2) * 2 + 3 * normal(random))
    expect(batchMargin(blocks, 1)).toBeGreaterThan(1.15 * 1.96 * Math.sqrt((9 + 1) / 256))
  })
})
