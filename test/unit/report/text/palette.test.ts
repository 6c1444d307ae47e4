import { expect, test } from 'vitest'
import { createPalette } from '../../../../src/report/text/palette.ts'

test('enabled: SGR codes, but none around empty text', () => {
  const palette = createPalette(true)
  expect(palette.red('a')).toBe('\u001b[31ma\u001b[39m')
  expect(palette.bold(palette.green('a'))).toBe('\u001b[1m\u001b[32ma\u001b[39m\u001b[22m')
  expect(palette.dim('')).toBe('')
})

test('disabled: plain text', () => {
  for (const paint of Object.values(createPalette(false))) expect(paint('a')).toBe('a')
})
