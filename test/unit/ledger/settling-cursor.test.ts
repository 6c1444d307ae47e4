import { expect, test } from 'vitest'
import { MILLISECOND, SECOND } from '../../../src/base/nanos.ts'
import { OUTCOME, PAGE_ROWS } from '../../../src/facts/probe-table.ts'
import { SettlingCursor } from '../../../src/ledger/settling-cursor.ts'
import { answered, crafted, refused, silent, times, type CraftedRow } from './crafted.ts'

/** One probe each 10 ms with a timeout of 100 ms. */
function begin(rows: readonly CraftedRow[]) {
  const facts = crafted(rows)
  const cursor = new SettlingCursor(facts)
  const settle = (now: number, takes: (row: number) => boolean = () => true): readonly number[] => {
    const taken: number[] = []
    cursor.settle(now, (_, row) => {
      const isTaken = takes(row)
      if (isTaken) taken.push(row)
      return isTaken
    })
    return taken
  }
  return { facts, cursor, settle }
}

test('each row once: a reply or a refusal at once, a loss after its timeout', () => {
  const { cursor, settle } = begin([answered(), silent(), refused(90), silent()])
  expect(settle(30 * MILLISECOND)).toEqual([0, 2])
  expect([0, 1, 2, 3].map(row => cursor.has(row))).toEqual([true, false, true, false])
  expect(settle(125 * MILLISECOND)).toEqual([1])
  expect(settle(SECOND)).toEqual([3])
  expect(settle(SECOND)).toEqual([])
  expect([0, 1, 2, 3].map(row => cursor.has(row))).toEqual([true, true, true, true])
})

test('a row that is not taken is found again', () => {
  const { cursor, settle } = begin([silent(), answered()])
  expect(settle(SECOND, row => row === 1)).toEqual([1])
  expect(cursor.has(0)).toBe(false)
  expect(settle(SECOND)).toEqual([0])
})

test('a reply to a row that was settled without one is found once', () => {
  const { facts, cursor, settle } = begin([silent(), silent()])
  const late: number[] = []
  const takeLate = (): void => cursor.takeAnswered((_, row) => late.push(row))
  settle(SECOND)
  takeLate()
  expect(late).toEqual([])
  const page = facts.probes.open(1)
  page.outcome[1] = OUTCOME.whole
  // Another thread writes the time of arrival last.
  takeLate()
  expect(late).toEqual([])
  page.arrived[1] = 2 * SECOND
  takeLate()
  takeLate()
  expect(late).toEqual([1])
})

test('rows of a page that is not known yet are found when it is', () => {
  const { facts, settle } = begin(times(PAGE_ROWS + 2, answered()))
  const { pages } = facts.probes
  const page = pages.pop()
  expect(settle(Infinity)).toHaveLength(PAGE_ROWS)
  expect(settle(Infinity)).toEqual([])
  pages.push(page)
  expect(settle(Infinity)).toEqual([PAGE_ROWS, PAGE_ROWS + 1])
})

test('pages that are settled or retired are forgotten', () => {
  const { facts, cursor, settle } = begin([...times(2 * PAGE_ROWS, answered()), silent(), ...times(9, answered())])
  settle(0)
  cursor.forget()
  expect(cursor.rememberedPages).toBe(1)
  for (const _ of facts.probes.pages) facts.probes.retire()
  cursor.forget()
  expect(cursor.rememberedPages).toBe(0)
  expect(settle(Infinity)).toEqual([])
})
