import { expect, test } from 'vitest'
import { createEpochMemory, createTable, readTable } from '../../../../src/engine/monitor/epoch-memory.ts'
import { OUTCOME, PAGE_ROWS } from '../../../../src/facts/probe-table.ts'

test.each([1, 10, PAGE_ROWS, PAGE_ROWS + 1, 10_000])('a table of %i rows is the same in both threads', rows => {
  const memory = createEpochMemory(rows)
  const written = createTable(memory)
  const read = readTable(structuredClone(memory))
  expect(read.pages).toEqual(written.pages)
  for (const row of [0, rows - 1]) {
    const page = written.open(row)
    page.sent[row % PAGE_ROWS] = 7 + row
    page.outcome[row % PAGE_ROWS] = OUTCOME.whole
    expect(read.sentAt(row)).toBe(7 + row)
    expect(read.find(row)?.outcome[row % PAGE_ROWS]).toBe(OUTCOME.whole)
  }
  expect(written.pages.reduce((sum, page) => sum + (page?.sent.length ?? 0), 0)).toBe(rows)
})

test('an epoch of ten probes needs little memory', () => {
  const { pages } = createEpochMemory(10)
  expect(pages.map(({ byteLength }) => byteLength)).toEqual([520])
})
