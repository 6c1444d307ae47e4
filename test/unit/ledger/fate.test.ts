import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  createFateCounts,
  FATES,
  LOSSES,
  lossCount,
  move,
  replyCount,
  scheduledCount,
  type FateCounts,
} from '../../../src/ledger/fate.ts'

const counts: fc.Arbitrary<FateCounts> = fc
  .array(fc.nat(1000), { minLength: FATES.length, maxLength: FATES.length })
  .map(values => ({ ...createFateCounts(), ...Object.fromEntries(FATES.map((fate, i) => [fate, values[i] ?? 0])) }))

test('there are twelve fates, and each begins at 0', () => {
  expect(FATES).toHaveLength(12)
  expect(new Set(FATES).size).toBe(12)
  expect(createFateCounts()).toEqual(Object.fromEntries(FATES.map(fate => [fate, 0])))
})

test('each call makes new counts', () => {
  createFateCounts().intact = 5
  expect(createFateCounts().intact).toBe(0)
})

test('late, truncated and corrupt replies arrived, so they are no loss', () => {
  expect(FATES.filter(fate => !LOSSES.includes(fate))).toEqual(['intact', 'late', 'truncated', 'corrupt'])
})

test('each fate of a sent probe is a loss or has a reply, never both', () => {
  fc.assert(
    fc.property(counts, fates => {
      expect(replyCount(fates) + lossCount(fates)).toBe(scheduledCount(fates))
    }),
  )
})

describe('move', () => {
  test('moves no more than there are, and returns how many', () => {
    const fates = { ...createFateCounts(), lostForward: 3 }
    expect(move(fates, 'lostForward', 'lostServerBuffer', 2)).toBe(2)
    expect(move(fates, 'lostForward', 'lostServerBuffer', 9)).toBe(1)
    expect(move(fates, 'lostForward', 'lostServerBuffer', 9)).toBe(0)
    expect(fates).toEqual({ ...createFateCounts(), lostServerBuffer: 3 })
  })

  test('never moves backwards', () => {
    const fates = { ...createFateCounts(), lostForward: 3, lostUnknown: 2 }
    expect(move(fates, 'lostForward', 'lostUnknown', -1)).toBe(0)
    expect(fates.lostForward).toBe(3)
  })

  test('leaves the sum unchanged', () => {
    fc.assert(
      fc.property(
        counts,
        fc.constantFrom(...FATES),
        fc.constantFrom(...FATES),
        fc.integer(),
        (fates, from, to, most) => {
          const before = scheduledCount(fates)
          move(fates, from, to, most)
          expect(scheduledCount(fates)).toBe(before)
          expect(Math.min(...Object.values(fates))).toBeGreaterThanOrEqual(0)
        },
      ),
    )
  })
})
