import { expect, test } from 'vitest'
import { SharedPages } from '../../../../../src/engine/kernel/prober/shared-pages.ts'
import { createProbePage, probePageOver, OUTCOME } from '../../../../../src/facts/probe-table.ts'

function pagesOf(lean: boolean): {
  readonly pages: SharedPages
  readonly told: (readonly [number, SharedArrayBuffer])[]
} {
  const told: (readonly [number, SharedArrayBuffer])[] = []
  return { pages: new SharedPages(lean, (...page) => told.push(page)), told }
}

test.each([false, true])('each page has its own memory while it may be read (lean: %s)', lean => {
  const { pages, told } = pagesOf(lean)
  const opened = [0, 1, 2].map(number => pages.open(number, 0))
  expect(told.map(([number]) => number)).toEqual([0, 1, 2])
  expect(new Set(told.map(([, buffer]) => buffer)).size).toBe(3)
  opened.forEach((page, number) => {
    page.sent[5] = number
    const [, buffer] = told[number] ?? []
    expect(buffer && probePageOver(lean, buffer)).toEqual(page)
  })
})

test('a page that is no longer read gives its memory to the next, emptied', () => {
  const { pages, told } = pagesOf(true)
  const first = pages.open(0, 0)
  for (const column of Object.values(first)) column.fill(OUTCOME.whole)
  pages.open(1, 0)
  expect(pages.open(2, 1)).toEqual(createProbePage(true))
  pages.open(3, 1)
  pages.open(4, 2)
  const at = (number: number) => told.findIndex(([, buffer]) => buffer === told[number]?.[1])
  expect([0, 1, 2, 3, 4].map(at)).toEqual([0, 1, 0, 3, 1])
})
