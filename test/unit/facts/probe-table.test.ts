import { describe, expect, test } from 'vitest'
import {
  countCopy,
  createProbePage,
  FULL_PAGE,
  probePageOver,
  NO_COUNTER,
  NO_DWELL,
  OUTCOME,
  PAGE_ROWS,
  pageSize,
  ProbeTable,
  TRAIT,
} from '../../../src/facts/probe-table.ts'

test('a new page is empty: no times, no clocks, no outcome', () => {
  const page = createProbePage()
  expect(page.outcome.every(outcome => outcome === OUTCOME.unscheduled)).toBe(true)
  for (const column of [page.sent, page.arrived]) expect(column.every(time => time === Infinity)).toBe(true)
  expect(page.serverArrival?.every(Number.isNaN)).toBe(true)
  expect(page.dwell.every(dwell => dwell === NO_DWELL)).toBe(true)
  for (const column of [page.order, page.detail, page.traits, page.copies, page.train]) {
    expect(column.every(value => value === 0)).toBe(true)
  }
  for (const column of Object.values(page)) expect(column).toHaveLength(PAGE_ROWS)
})

const LEAN_PAGE = { isLean: true, isCounted: false }
const COUNTED_PAGE = { isLean: false, isCounted: true }

test.each([
  ['', FULL_PAGE, 52],
  ['lean ', LEAN_PAGE, 31],
  ['counted ', COUNTED_PAGE, 56],
  ['counted lean ', { isLean: true, isCounted: true }, 35],
])('the columns of a %spage fill its memory, and none touches another', (_, shape, bytes) => {
  const buffer = new ArrayBuffer(bytes * PAGE_ROWS)
  const columns = Object.values(probePageOver(shape, buffer)).toSorted((a, b) => a.byteOffset - b.byteOffset)
  let end = 0
  for (const { byteOffset, byteLength } of columns) {
    expect(byteOffset).toBe(end)
    end += byteLength
  }
  expect(end).toBe(pageSize(shape))
  expect(end).toBe(buffer.byteLength)
})

test('a page in shared memory is visible in another view of it', () => {
  const buffer = new SharedArrayBuffer(pageSize(FULL_PAGE))
  const page = createProbePage(FULL_PAGE, PAGE_ROWS, buffer)
  page.sent[7] = 42
  page.copies[PAGE_ROWS - 1] = 3
  expect(probePageOver(FULL_PAGE, buffer)).toEqual(page)
})

test('a lean page is a page without four columns, and counts copies in two bytes', () => {
  const { scheduled: _, serverArrival: __, source: ___, ttl: ____, copies, ...rest } = createProbePage()
  expect(createProbePage(LEAN_PAGE)).toEqual({ ...rest, copies: new Uint16Array(copies) })
})

test('a counted page is a page with one more column, empty at first', () => {
  const { counter, ...rest } = createProbePage(COUNTED_PAGE)
  expect(rest).toEqual(createProbePage())
  expect(counter?.every(number => number === NO_COUNTER)).toBe(true)
})

test('the traits share a byte independently', () => {
  const masks = [TRAIT.same, TRAIT.upper, TRAIT.answered, TRAIT.sideMask, TRAIT.receiptMask]
  expect(masks.reduce((sum, mask) => sum + mask, 0)).toBe(255)
  expect(masks.reduce((sum, mask) => sum | mask, 0)).toBe(255)
  expect((4 << TRAIT.receiptShift) & ~TRAIT.receiptMask).toBe(0)
  expect([TRAIT.sideRequest, TRAIT.sideReply, TRAIT.sideHidden].every(side => (side & ~TRAIT.sideMask) === 0)).toBe(
    true,
  )
})

describe('ProbeTable', () => {
  test('creates a page when its first row is opened, and returns it again', () => {
    const table = new ProbeTable(2)
    expect(table.find(0)).toBeUndefined()
    const page = table.open(5)
    expect(table.open(PAGE_ROWS - 1)).toBe(page)
    expect(table.find(0)).toBe(page)
    expect(table.find(PAGE_ROWS)).toBeUndefined()
  })

  test('a row far ahead leaves the pages before it absent', () => {
    const table = new ProbeTable(1)
    const page = table.open(3 * PAGE_ROWS)
    expect(table.pages).toEqual([undefined, undefined, undefined, page])
  })

  test('retires the oldest page, once each', () => {
    const table = new ProbeTable(1)
    table.open(0)
    const second = table.open(PAGE_ROWS)
    table.retire()
    expect(table.find(0)).toBeUndefined()
    expect(table.find(PAGE_ROWS)).toBe(second)
    expect(table.retired).toBe(1)
    table.retire()
    expect(table.pages).toEqual([undefined, undefined])
  })

  test('returns when a row was sent: retired rows at −∞, unsent ones never', () => {
    const table = new ProbeTable(1)
    table.open(0).sent[3] = 42
    expect(table.sentAt(3)).toBe(42)
    expect(table.sentAt(4)).toBe(Infinity)
    expect(table.sentAt(PAGE_ROWS)).toBe(-Infinity)
  })
})

test.each([
  [false, 70_000],
  [true, 65_535],
])('copies of one reply, lean %s: up to %i of 70 000 are counted, and none comes round to 0', (lean, counted) => {
  const page = createProbePage(lean ? LEAN_PAGE : FULL_PAGE)
  for (let i = 0; i < 70_000; i++) countCopy(page, 3)
  expect([page.copies[2], page.copies[3], page.copies[4]]).toEqual([0, counted, 0])
})
