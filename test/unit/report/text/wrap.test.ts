import fc from 'fast-check'
import { expect, test } from 'vitest'
import { displayWidth } from '../../../../src/report/text/width.ts'
import { flow, wrap } from '../../../../src/report/text/wrap.ts'

test.each([
  ['one two three', 7, ['one two', 'three']],
  ['one two three', 20, ['one two three']],
  ['unbreakable', 4, ['unbr', 'eaka', 'ble']],
  ['a unbreakable b', 4, ['a', 'unbr', 'eaka', 'ble', 'b']],
  ['東京東京', 5, ['東京', '東京']],
  ['', 5, ['']],
  ['發送 3 个，收到 20 个。', 10, ['發送 3', '个，收到', '20 个。']],
  ['一次（recv）讀', 8, ['一次', '（recv）', '讀']],
  ['一二三。', 6, ['一二', '三。']],
])('%j in %i columns', (text, width, lines) => {
  expect(wrap(text, width)).toEqual(lines)
})

test('flow breaks between parts, and inside one only if necessary', () => {
  expect(flow(['10 whole', '2 lost', '1 late'], ' · ', 18)).toEqual(['10 whole · 2 lost', '1 late'])
  expect(flow(['a part too long for a line', 'b'], ' · ', 12)).toEqual(['a part too', 'long for a', 'line · b'])
  expect(flow([], ' · ', 10)).toEqual([])
})

test('no word is lost, and no line is too wide', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('a', 'b', ' ', '東') }),
      fc.integer({ min: 2, max: 20 }),
      (text, width) => {
        const lines = wrap(text, width)
        expect(lines.every(line => displayWidth(line) <= width)).toBe(true)
        expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''))
      },
    ),
  )
})
