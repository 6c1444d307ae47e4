import { expect, test } from 'vitest'
import { SharedPages } from '../../../../../src/engine/kernel/prober/shared-pages.ts'
import {
  createProbePage,
  FULL_PAGE,
  OUTCOME,
  probePageOver,
  type PageShape,
} from '../../../../../src/facts/probe-table.ts'

const LEAN_PAGE = { isLean: true, isCounted: false }

function pagesOf(shape: PageShape): {
  readonly pages: SharedPages
  readonly told: (readonly [number, SharedArrayBuffer])[]
} {
  const told: (readonly [number, SharedArrayBuffer])[] = []
  return { pages: new SharedPages(shape, (...page) => told.push(page)), told }
}

test.each([FULL_PAGE, LEAN_PAGE])('each page has its own memory while it may be read: %j', shape => {
  const { pages, told } = pagesOf(shape)
  const opened = [0, 1, 2].map(number => pages.open(number, 0))
  expect(told.map(([number]) => number)).toEqual([0, 1, 2])
  expect(new Set(told.map(([, buffer]) => buffer)).size).toBe(3)
  opened.forEach((page, number) => {
    page.sent[5] = number
    const [, buffer] = told[number] ?? []
    expect(buffer && probePageOver(shape, buffer)).toEqual(page)
  })
})

test('a page that is no longer read gives its memory to the next, emptied', () => {
  const { pages, told } = pagesOf(LEAN_PAGE)
  const first = pages.open(0, 0)
  for (const column of Object.values(first)) column.fill(OUTCOME.whole)
  pages.open(1, 0)
  expect(pages.open(2, 1)).toEqual(createProbePage(LEAN_PAGE))
  pages.open(3, 1)
  pages.open(4, 2)
  const at = (number: number) => told.findIndex(([, buffer]) => buffer === told[number]?.[1])
  expect([0, 1, 2, 3, 4].map(at)).toEqual([0, 1, 0, 3, 1])
})
