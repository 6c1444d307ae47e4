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

test('only the first 64 KiB are searched', () => {
  expect(findPattern(/b/u, ['a'.repeat(65_535) + 'b', 'a'.repeat(65_536) + 'b'])).toEqual([true, false])
})
