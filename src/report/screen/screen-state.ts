import type { Key } from './key.ts'

/** How many probes a cell of a strip holds. */
export const ZOOMS = [1, 2, 5, 10, 30] as const
export const SORTS = ['name', 'loss', 'p99', 'last event'] as const
export type Sort = (typeof SORTS)[number]

/** What a user has chosen. Plain data. */
export interface ScreenState {
  readonly page: 'overview' | 'detail'
  readonly hasHelp: boolean
  /** Key of the selected row. Absent: the first one. */
  readonly selected?: string
  /** Lines of the detail view above the screen. */
  readonly scrolled: number
  /** Index in `ZOOMS`. */
  readonly zoom: number
  readonly sort: Sort
  /** Flows have rows of their own. */
  readonly hasFlows: boolean
  readonly isPaused: boolean
  /** The user leaves. */
  readonly isDone: boolean
}

export const FIRST_STATE: ScreenState = {
  page: 'overview',
  hasHelp: false,
  scrolled: 0,
  zoom: 0,
  sort: 'name',
  hasFlows: false,
  isPaused: false,
  isDone: false,
}

/** What the last frame showed. */
export interface Shown {
  /** Keys of all rows, in their order. */
  readonly rows: readonly string[]
  /** How many rows, or lines of the detail view, fit on the screen. */
  readonly fit: number
  /** Lines of the detail view. */
  readonly lines: number
}

/** The state after a key. Other keys change nothing. */
export function afterKey(before: ScreenState, key: Key, shown: Shown): ScreenState {
  const state = withoutRemoved(before, shown)
  if (key === 'q') return { ...state, isDone: true }
  if (key === 'p') return { ...state, isPaused: !state.isPaused }
  if (state.hasHelp && distance(key, shown.fit) === 0) return { ...state, hasHelp: false, scrolled: 0 }
  switch (key) {
    case '?':
      return { ...state, hasHelp: true, scrolled: 0 }
    case '+':
    case '=':
      return { ...state, zoom: Math.max(0, state.zoom - 1) }
    case '-':
    case '_':
      return { ...state, zoom: Math.min(ZOOMS.length - 1, state.zoom + 1) }
    case 's':
      return { ...state, sort: SORTS[(SORTS.indexOf(state.sort) + 1) % SORTS.length] ?? 'name' }
    case 'f':
      return { ...state, hasFlows: !state.hasFlows }
    case 'enter':
    case 'right':
      return entered(state, shown)
    case 'escape':
    case 'left':
      return { ...state, page: 'overview', scrolled: 0 }
    default:
      return moved(state, key, shown)
  }
}

/** If the target in detail was removed, the screen shows the overview. */
function withoutRemoved(state: ScreenState, { rows }: Shown): ScreenState {
  const { page, selected } = state
  return page === 'detail' && rows.length > 0 && selected !== undefined && !rows.includes(selected)
    ? { ...state, page: 'overview', scrolled: 0 }
    : state
}

/** Opens the selected row, and keeps it selected while the order changes. */
function entered(state: ScreenState, { rows }: Shown): ScreenState {
  const selected = rows[placeOf(state, rows)]
  return state.page === 'detail' || selected === undefined ? state : { ...state, page: 'detail', selected, scrolled: 0 }
}

function placeOf({ selected }: ScreenState, rows: readonly string[]): number {
  return selected === undefined ? 0 : Math.max(0, rows.indexOf(selected))
}

/** Distances that a key moves the selection or the page, in rows. */
function distance(key: Key, fit: number): number {
  const page = Math.max(1, fit - 1)
  const distances: Readonly<Record<string, number>> = {
    up: -1,
    k: -1,
    down: 1,
    j: 1,
    pageUp: -page,
    pageDown: page,
    home: -Infinity,
    end: Infinity,
  }
  return Object.hasOwn(distances, key) ? (distances[key] ?? 0) : 0
}

function moved(state: ScreenState, key: Key, { rows, fit, lines }: Shown): ScreenState {
  const by = distance(key, fit)
  if (by === 0) return state
  if (state.page === 'detail' || state.hasHelp) {
    const scrolled = Math.max(0, Math.min(Math.max(0, lines - fit), state.scrolled + by))
    return { ...state, scrolled }
  }
  const selected = rows[Math.max(0, Math.min(rows.length - 1, placeOf(state, rows) + by))]
  return selected === undefined ? state : { ...state, selected }
}
