import { expect, test } from 'vitest'
import { findPattern } from '../../../../src/runs/query/find-pattern.ts'

test('each text is searched on its own', () => {
  expect(findPattern(/^b/mu, ['ab', 'a\nb', ''])).toEqual([false, true, false])
})

test('each search begins at the start of its text, with the flag g too', () => {
  expect(findPattern(/ab/gu, ['ab', 'ab', 'xab'])).toEqual([true, true, true])
})

test('no text, no search', () => {
  expect(findPattern(/./u, [])).toEqual([])
})

test('a pattern that needs time without end is ended', () => {
  expect(findPattern(/^(a+)+$/u, ['a'.repeat(64) + 'b'])).toBeUndefined()
})

test('the largest reply is searched to its end, also as hexadecimal digits and as versions of QUIC', () => {
  const largest = 65_507
  const texts = [largest, 2 * largest, Math.ceil((10 * largest) / 4)].map(length => 'a'.repeat(length - 1) + 'b')
  expect(findPattern(/b/u, texts)).toEqual([true, true, true])
})

test('only the first 256 KiB are searched', () => {
  expect(findPattern(/b/u, ['a'.repeat(262_143) + 'b', 'a'.repeat(262_144) + 'b'])).toEqual([true, false])
})
