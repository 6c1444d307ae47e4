import { describe, expect, test } from 'vitest'
import { batchMargin } from '../../../src/ledger/batches.ts'

describe('batchMargin', () => {
  test('as Python has it, of a slow wave', () => {
    // statistics.fmean of 20 equal slices, then t(0.975, 19) × statistics.stdev(means) / √20, with t from scipy.stats.
    const wave = (i: number): number => 1000 + 300 * Math.sin((2 * Math.PI * i) / 400) + ((i * 7919) % 101)
    expect(batchMargin(800, wave)).toBeCloseTo(100.19837518877003, 8)
  })

  test('by hand: ten batches of 0, ten of 1', () => {
    // Variance of the means with n − 1: 20 × 0.25 / 19. t(0.975, 19) = 2.0930.
    expect(batchMargin(2000, index => (index < 1000 ? 0 : 1))).toBeCloseTo(2.093024 * Math.sqrt(5 / 19 / 20), 6)
  })

  test('values that do not change have no margin', () => {
    expect(batchMargin(1000, () => 7)).toBe(0)
  })

  test('batches of fewer than five would say little, so there is none', () => {
    expect(batchMargin(99, index => index)).toBe(0)
    expect(batchMargin(100, index => index)).toBeGreaterThan(0)
  })
})
