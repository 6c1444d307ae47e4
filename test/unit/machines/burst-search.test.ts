import fc from 'fast-check'
import { expect, test } from 'vitest'
import { BurstSearch } from '../../../src/machines/burst-search.ts'

/** Runs a search; returns the bursts it tried. */
function searchBurst(search: BurstSearch, passes: (burst: number, attempt: number) => boolean): number[] {
  const tried: number[] = []
  for (let burst = search.next(); burst !== undefined; burst = search.next()) {
    tried.push(burst)
    search.ended(passes(burst, tried.length))
  }
  return tried
}

test('bursts double until one loses datagrams twice, then the gap is halved', () => {
  const search = new BurstSearch(256)
  expect(searchBurst(search, burst => burst <= 21)).toEqual([1, 2, 4, 8, 16, 32, 32, 24, 20, 22, 21])
  expect(search).toMatchObject({ intact: 21, lossy: 22 })
})

test('every bound is found, large ones within 2 %', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 5000 }), (depth, most) => {
      const search = new BurstSearch(most)
      const tried = searchBurst(search, burst => burst <= depth)
      expect(tried.length).toBeLessThan(40)
      expect(Math.max(...tried)).toBeLessThanOrEqual(most)
      if (depth >= most) expect(search).toMatchObject({ intact: most, lossy: undefined })
      else {
        expect(search.intact).toBeLessThanOrEqual(depth)
        expect(search.lossy).toBeGreaterThan(depth)
        expect((search.lossy ?? 0) - search.intact).toBeLessThanOrEqual(Math.max(1, search.intact * 0.02))
      }
    }),
  )
})

test('one loss by chance does not end the ladder', () => {
  const search = new BurstSearch(64)
  searchBurst(search, (_, attempt) => attempt !== 3)
  expect(search).toMatchObject({ intact: 64, lossy: undefined })
})

test('not even one datagram passes', () => {
  const search = new BurstSearch(64)
  expect(searchBurst(search, () => false)).toEqual([1, 1])
  expect(search).toMatchObject({ intact: 0, lossy: 1 })
})
