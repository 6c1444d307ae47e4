import fc from 'fast-check'
import { expect, test } from 'vitest'
import { afterKey, FIRST_STATE, type ScreenState, SORTS, ZOOMS } from '../../../../src/report/screen/screen-state.ts'

const SHOWN = { rows: ['a', 'b', 'c', 'd', 'e'], fit: 3, lines: 0 }

function after(keys: readonly string[], state: ScreenState = FIRST_STATE, shown = SHOWN): ScreenState {
  return keys.reduce((before, key) => afterKey(before, key, shown), state)
}

test('the selection moves by rows and pages, and stops at the ends', () => {
  expect(after(['down']).selected).toBe('b')
  expect(after(['j', 'j', 'k']).selected).toBe('b')
  expect(after(['up']).selected).toBe('a')
  expect(after(['pageDown']).selected).toBe('c')
  expect(after(['end']).selected).toBe('e')
  expect(after(['end', 'pageUp']).selected).toBe('c')
  expect(after(['end', 'down', 'home']).selected).toBe('a')
})

test('the selection stays on its row when the order changes, and on the first one if that is gone', () => {
  const state = after(['down'])
  expect(afterKey(state, 'down', { ...SHOWN, rows: ['c', 'a', 'b', 'd'] }).selected).toBe('d')
  expect(afterKey(state, 'down', { ...SHOWN, rows: ['x', 'y'] }).selected).toBe('y')
  expect(afterKey(FIRST_STATE, 'down', { ...SHOWN, rows: [] })).toEqual(FIRST_STATE)
})

test('Enter opens the selected row, Esc goes back', () => {
  const opened = after(['down', 'enter'])
  expect(opened).toMatchObject({ page: 'detail', selected: 'b' })
  // The first row is selected from now on, although the order may change.
  expect(after(['enter'])).toMatchObject({ page: 'detail', selected: 'a' })
  expect(after(['escape'], opened)).toMatchObject({ page: 'overview', selected: 'b' })
  expect(afterKey(FIRST_STATE, 'enter', { ...SHOWN, rows: [] }).page).toBe('overview')
})

test('in the details and the help, keys scroll within the lines', () => {
  const long = { ...SHOWN, lines: 10 }
  const detail = after(['enter', 'down', 'down'], FIRST_STATE, long)
  expect(detail.scrolled).toBe(2)
  expect(after(['end'], detail, long).scrolled).toBe(7)
  expect(after(['home'], detail, long).scrolled).toBe(0)
  expect(after(['down'], detail, { ...SHOWN, lines: 2 }).scrolled).toBe(0)
  expect(after(['?', 'down'], FIRST_STATE, long)).toMatchObject({ hasHelp: true, scrolled: 1 })
})

test('another key closes the help and does nothing else, but p and q act', () => {
  const help = after(['?'])
  expect(after(['s'], help)).toEqual(FIRST_STATE)
  expect(after(['escape'], help)).toEqual(FIRST_STATE)
  expect(after(['p'], help)).toMatchObject({ isPaused: true, hasHelp: true })
  expect(after(['q'], help).isDone).toBe(true)
})

test('s, f, p and the zoom', () => {
  expect(SORTS.map((_, count) => after(SORTS.slice(0, count).map(() => 's')).sort)).toEqual([...SORTS])
  expect(after(SORTS.map(() => 's')).sort).toBe('name')
  expect(after(['f']).hasFlows).toBe(true)
  expect(after(['f', 'f'])).toEqual(FIRST_STATE)
  expect(after(['p', 'p'])).toEqual(FIRST_STATE)
  expect(ZOOMS[after(['-', '-']).zoom]).toBe(5)
  expect(after(['-', '+', '+']).zoom).toBe(0)
  expect(ZOOMS[after(Array(20).fill('-')).zoom]).toBe(30)
})

test('no sequence of keys leaves the bounds', () => {
  const key = fc.constantFrom(
    ...'?+-=_sfpjkxq',
    'up',
    'down',
    'pageUp',
    'pageDown',
    'home',
    'end',
    'enter',
    'escape',
    'left',
    'right',
    'constructor',
  )
  const shown = fc.record({
    rows: fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd')),
    fit: fc.integer({ min: 1, max: 5 }),
    lines: fc.nat(20),
  })
  fc.assert(
    fc.property(fc.array(fc.tuple(key, shown)), steps => {
      let state = FIRST_STATE
      for (const [name, page] of steps) {
        state = afterKey(state, name, page)
        expect(ZOOMS[state.zoom]).toBeDefined()
        expect(SORTS).toContain(state.sort)
        expect(Number.isSafeInteger(state.scrolled) && state.scrolled >= 0).toBe(true)
      }
    }),
  )
})
