import { expect, test } from 'vitest'
import { displayWidth, padded } from '../../../../src/report/text/width.ts'

test.each([
  ['', 0],
  ['abc', 3],
  ['12 µs · ✓ ✗ █▏▁ …', 17],
  ['東京', 4],
  ['한글', 4],
  ['ｆｕｌｌ', 8],
  ['🙂', 2],
  ['e\u0301', 1],
  ['\u2630', 2],
  ['\u001b[31mred\u001b[39m', 3],
])('%j takes %i columns', (text, width) => {
  expect(displayWidth(text)).toBe(width)
})

test('padded', () => {
  expect(padded('東', 4)).toBe('東  ')
  expect(padded('a', 3, 'right')).toBe('  a')
  expect(padded('long', 2)).toBe('long')
})
