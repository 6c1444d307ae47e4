import fc from 'fast-check'
import { expect, test } from 'vitest'
import { grid } from '../../../../src/report/text/grid.ts'
import { createPalette } from '../../../../src/report/text/palette.ts'
import { HOSTILE, STEERING, withoutColour } from '../result-files.ts'

test('aligned columns, two spaces between them, no space at the end', () => {
  const rows = [
    ['size', 'whole', 'rest'],
    ['64 B', '100', ''],
    ['4000 B', '7', '93 lost'],
  ]
  expect(grid(rows, [{ align: 'right' }, { align: 'right' }, {}])).toEqual({
    lines: ['    size  whole  rest', '    64 B    100', '  4000 B      7  93 lost'],
    rows: [['    size  whole  rest'], ['    64 B    100'], ['  4000 B      7  93 lost']],
    widths: [6, 5, 7],
  })
})

test('no rows, no columns, ragged rows, empty columns', () => {
  expect(grid([], [{}, {}]).lines).toEqual([])
  expect(grid([['a']], []).lines).toEqual([])
  expect(grid([['a'], ['b', 'c', 'd', 'too many']], [{}, {}, {}]).lines).toEqual(['  a', '  b  c  d'])
  expect(grid([['a', '', 'c']], [{}, {}, {}], 0).lines).toEqual(['a  c'])
})

test('text is wrapped, painted line by line, wide characters counted', () => {
  const { red } = createPalette(true)
  const { lines, rows } = grid(
    [
      ['東京', { text: 'one two three', paint: red }, 'x'],
      ['a', 'b', 'y'],
    ],
    [{}, { most: 7 }, {}],
    0,
  )
  expect(lines).toEqual(['東京  \u001b[31mone two\u001b[39m  x', '      \u001b[31mthree\u001b[39m', 'a     b        y'])
  expect(rows.map(row => row.length)).toEqual([2, 1])
})

test('hostile cells are printable', () => {
  const { cyan } = createPalette(true)
  const { lines } = grid([[HOSTILE, { text: HOSTILE, paint: cyan }]], [{}, { most: 10 }])
  expect(withoutColour(lines.join('\n'))).not.toMatch(STEERING)
})

test('nothing makes it throw', () => {
  const cells = fc.array(fc.array(fc.string({ unit: 'binary' }), { maxLength: 4 }), { maxLength: 5 })
  fc.assert(
    fc.property(cells, fc.integer({ min: 0, max: 12 }), (rows, most) => {
      const { lines } = grid(rows, [{}, { align: 'right' }, { most }])
      expect(lines.length).toBeGreaterThanOrEqual(rows.length)
      expect(lines.join('\n')).not.toMatch(STEERING)
    }),
  )
})
