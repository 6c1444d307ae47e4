import { expect, test } from 'vitest'
import { createPalette } from '../../../../src/report/text/palette.ts'
import { verdictLine } from '../../../../src/report/terminal/verdict-line.ts'

const plain = createPalette(false)

test('the verdict first, and as many parts on a line as fit', () => {
  const line = (width: number): string[] =>
    verdictLine('✗ fail', ['3 of 5 checks passed', '2 failed'], text => text, plain, width)
  expect(line(80)).toEqual(['✗ fail · 3 of 5 checks passed · 2 failed'])
  expect(line(32)).toEqual(['✗ fail · 3 of 5 checks passed', '  2 failed'])
})

test('only the verdict is coloured', () => {
  const palette = createPalette(true)
  expect(verdictLine('✓ pass', ['all'], palette.green, palette, 80)).toEqual([
    `${palette.green(palette.bold('✓ pass'))} · all`,
  ])
})
