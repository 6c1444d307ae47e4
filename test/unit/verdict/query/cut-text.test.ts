import { expect, test } from 'vitest'
import { cutText } from '../../../../src/verdict/query/cut-text.ts'

test.each([
  ['', 3, ''],
  ['abc', 3, 'abc'],
  ['abcd', 3, 'abc…'],
  ['😀😀😀', 3, '😀😀😀'],
  ['😀😀😀😀', 3, '😀😀😀…'],
  ['😀😀😀a', 3, '😀😀😀…'],
  [`a${'😀'.repeat(1000)}`, 2, 'a😀…'],
])('%j cut to %i characters is %j', (text, most, cut) => {
  expect(cutText(text, most)).toBe(cut)
})
