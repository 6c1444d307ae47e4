import { expect, test } from 'vitest'
import { sparkline } from '../../../../src/report/text/sparkline.ts'

test.each([
  [[], 10, ''],
  [[1, 2, 3, 4, 5, 6, 7, 8], 10, '▁▂▃▄▅▆▇█'],
  [[0, 0, 0], 10, '▁▁▁'],
  [[5, 5], 10, '██'],
  [[1, NaN, 8], 10, '▁ █'],
  [[1, 1, 1, 8, 1, 1, 1, 1], 4, '▁█▁▁'],
  [[NaN, NaN, 8, NaN], 2, ' █'],
  [[1, 2], 0, ''],
])('%j in %i columns', (values, width, picture) => {
  expect(sparkline(values, width)).toBe(picture)
})

test('a million values', () => {
  const values = Array.from({ length: 1_000_000 }, (_, index) => index)
  expect(sparkline(values, 8)).toBe('▁▂▃▄▅▆▇█')
})
