/**
 * The styles of a cell, as parameters of SGR (ECMA-48 §8.3.117). Colours are those of the terminal's own palette, so they suit light and
 * dark backgrounds. Each style repeats a mark or a word and never carries information alone.
 */
export const STYLES = {
  plain: '',
  bold: '1',
  dim: '2',
  red: '31',
  green: '32',
  yellow: '33',
  blue: '34',
  magenta: '35',
  cyan: '36',
  alert: '1;7',
} as const

export type Style = keyof typeof STYLES
