import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Ranking } from '../../../src/machines/ranking.ts'

test('the first few of many, as a stable sort by three keys finds them', () => {
  // Few different keys, so that ties are frequent.
  const key = fc.integer({ min: -2, max: 2 })
  fc.assert(
    fc.property(fc.array(fc.tuple(key, key, key), { maxLength: 30 }), fc.integer({ min: 1, max: 12 }), (all, most) => {
      const ranking = new Ranking(most)
      for (const [number, keys] of all.entries()) ranking.offer(number, ...keys)
      const sorted = all
        .map((keys, number) => ({ keys, number }))
        .sort((a, b) => b.keys[0] - a.keys[0] || b.keys[1] - a.keys[1] || b.keys[2] - a.keys[2])
        .map(({ number }) => number)
      expect(ranking.numbers).toEqual(sorted.slice(0, most))
    }),
  )
})
