import { expect, test } from 'vitest'
import { renderMarkdown } from '../../../../src/report/formats/markdown.ts'
import { BREAKING_SUITE, SUITE } from '../suites.ts'

/** The number of cells of a table row by GitHub's rule: an unescaped bar separates cells. */
function cells(row: string): number {
  return row.replaceAll(/\\./gu, '').split('|').length - 2
}

test.each([
  ['a suite', SUITE],
  ['hostile texts', BREAKING_SUITE],
])('%s: a row a check of five cells, and no tag or markup of theirs', (_, suite) => {
  const text = [...renderMarkdown({ suite })].join('')
  const rows = text.split('\n').filter(line => line.startsWith('|'))
  expect(rows).toHaveLength(2 + suite.checks.length)
  expect(rows.map(cells)).toEqual(rows.map(() => 5))
  const bare = text.replaceAll(/\\./gu, '').replaceAll(/<\/?sub>|\*\*/gu, '')
  expect(bare).not.toMatch(/[<`*[\]~]/u)
})

test('failed checks come first', () => {
  const text = [...renderMarkdown({ suite: SUITE })].join('')
  const places = ['nothing is cut failed', 'far away could not run', 'large ones, too warned', '| check |'].map(one =>
    text.indexOf(one),
  )
  expect(places).toEqual(places.toSorted((a, b) => a - b))
  expect(places).not.toContain(-1)
})
