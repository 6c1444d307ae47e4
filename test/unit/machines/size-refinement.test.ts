import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { sections, sizesBetween } from '../../../src/machines/size-refinement.ts'

describe('sections', () => {
  test('divide a gap evenly, without its ends', () => {
    expect(sections(0, 8)).toEqual([1, 2, 3, 4, 5, 6, 7])
    expect(sections(0, 800)).toEqual([100, 200, 300, 400, 500, 600, 700])
    expect(sections(1472, 1474)).toEqual([1473])
    expect(sections(1472, 1473)).toEqual([])
  })

  test('are inside, different and in order, whatever the gap', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 65_535 }), fc.integer({ min: 1, max: 65_535 }), (low, gap) => {
        const found = sections(low, low + gap)
        expect(found).toEqual([...new Set(found)].toSorted((a, b) => a - b))
        expect(found.every(size => size > low && size < low + gap)).toBe(true)
        expect(found.length).toBe(Math.min(7, gap - 1))
      }),
    )
  })
})

describe('sizesBetween', () => {
  test('are only between different neighbors', () => {
    const tried = new Map([
      [64, true],
      [4000, false],
      [1000, true],
      [8000, false],
      [8002, true],
    ])
    expect(sizesBetween(tried)).toEqual([1375, 1750, 2125, 2500, 2875, 3250, 3625, 8001])
  })

  test('stop if every other size is lost, which no size limit explains', () => {
    const alternating = (count: number): Map<number, boolean> => {
      return new Map(Array.from({ length: count }, (_, n) => [64 + 10 * n, n % 2 === 0]))
    }
    expect(sizesBetween(alternating(17))).toHaveLength(16 * 7)
    expect(sizesBetween(alternating(18))).toEqual([])
  })

  test('find, within eight rounds, every border between two of the first sizes, to the byte', () => {
    const border = fc.integer({ min: 65, max: 65_507 })
    fc.assert(
      fc.property(fc.uniqueArray(border, { minLength: 1, maxLength: 3 }), borders => {
        const sorted = borders.toSorted((a, b) => a - b)
        /** The index of the interval between two borders that contains a size. */
        const stretch = (size: number): number => sorted.filter(one => one <= size).length
        const passes = (size: number): boolean => stretch(size) % 2 === 0
        const tried = new Map([64, 65_507, ...sorted, ...sorted.map(one => one - 1)].map(size => [size, passes(size)]))
        for (const one of sorted) {
          // Remove the sizes near this border; the others are on both sides of it.
          tried.delete(one)
          tried.delete(one - 1)
        }
        tried.set(64, passes(64))
        tried.set(65_507, passes(65_507))
        let rounds = 0
        for (let next = sizesBetween(tried); next.length > 0; next = sizesBetween(tried)) {
          for (const size of next) tried.set(size, passes(size))
          rounds += 1
        }
        expect(rounds).toBeLessThanOrEqual(8)
        const known = [...tried.keys()].toSorted((a, b) => a - b)
        known.forEach((size, n) => {
          const next = known[n + 1]
          if (next !== undefined && passes(size) !== passes(next)) expect(next).toBe(size + 1)
        })
      }),
    )
  })
})
