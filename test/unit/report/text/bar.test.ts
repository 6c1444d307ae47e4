import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bar } from '../../../../src/report/text/bar.ts'

test.each([
  [0, 8, ''],
  [1, 8, '████████'],
  [0.5, 8, '████'],
  [0.000001, 8, '▏'],
  [0.999999, 8, '███████▉'],
  [0.55, 4, '██▎'],
  [2, 2, '██'],
  [-1, 8, ''],
  [NaN, 8, ''],
  [1, 0, ''],
  [0.5, 1, '▌'],
])('%f of %i columns', (ratio, width, picture) => {
  expect(bar(ratio, width)).toBe(picture)
})

test('not empty above 0, full only for 1, never too wide', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 1, max: 60 }), (ratio, width) => {
      const picture = bar(ratio, width)
      expect(picture === '').toBe(ratio === 0)
      expect(picture === '█'.repeat(width)).toBe(ratio === 1)
      expect(picture.length).toBeLessThanOrEqual(width)
    }),
  )
})
