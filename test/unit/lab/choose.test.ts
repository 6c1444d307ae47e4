import { expect, test } from 'vitest'
import { chooseLessons } from '../../../src/lab/choose.ts'
import { LESSONS } from '../../../src/lab/lessons.ts'
import { refused } from '../../helpers/refused.ts'

const ids = (names: readonly string[]): string[] => chooseLessons(names).map(({ id }) => id)

test('in the order of the names, each once; all: the whole course', () => {
  expect(ids([])).toEqual([])
  expect(ids(['upload', 'empty', 'upload'])).toEqual(['upload', 'empty'])
  expect(ids(['all'])).toEqual(LESSONS.map(({ id }) => id))
  expect(ids(['empty', 'all'])).toHaveLength(LESSONS.length)
})

test.each([
  ['truncaton', 'there is no lesson "truncaton" (did you mean truncation? udptool lab lists them)'],
  ['sticky', 'there is no lesson "sticky" (udptool lab lists them)'],
  ['al', 'there is no lesson "al" (did you mean all? udptool lab lists them)'],
  ['', 'there is no lesson "" (udptool lab lists them)'],
  ['\u001b[2J', 'there is no lesson "\\x1b[2J" (udptool lab lists them)'],
])('%j', (name, message) => {
  expect(refused(() => chooseLessons(['empty', name]))).toBe(message)
})
