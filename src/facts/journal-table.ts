import { decodeBase64 } from '../base/base64.ts'
import { isObject } from '../base/json.ts'
import { COLUMNS, type ColumnName, type JournalBlock } from './journal-lines.ts'
import { pageShape } from './plan.ts'
import { PAGE_ROWS, type PageShape, type ProbePage } from './probe-table.ts'
import type { RunFacts } from './run.ts'

const NOT_LEAN: ReadonlySet<ColumnName> = new Set(['scheduled', 'serverArrival', 'source'])
/** Columns that old journals lack. */
const NEWER: ReadonlySet<ColumnName> = new Set(['train', 'source'])

const WIDTH: Readonly<Record<ColumnName, 1 | 2 | 4 | 8>> = {
  scheduled: 8,
  sent: 8,
  arrived: 8,
  serverArrival: 8,
  order: 4,
  dwell: 4,
  detail: 2,
  outcome: 1,
  traits: 1,
  copies: 4,
  train: 1,
  source: 2,
  counter: 4,
}

/** What is wrong with a block: udptool does not write it like this, or it contradicts the header or the blocks before it. */
export type BlockFault = 'malformed' | 'contradiction'

/**
 * Assembles the blocks of a journal into pages, in order. The header gives the number of rows of each page; a block that declares more is a
 * fault. So the memory used is bounded by the bytes of the blocks.
 */
export class JournalTable {
  readonly #facts: RunFacts
  readonly #shape: PageShape
  readonly #onPage: (page: ProbePage, number: number, rows: number) => void
  readonly #lastRow: number
  #page = -1
  #rows = 0
  #columns = new Map<ColumnName, Uint8Array>()
  /** Columns of the first page: the other pages have the same. */
  #kinds: ReadonlySet<ColumnName> | undefined
  /** Rows of the complete pages so far. */
  rows = 0

  /** @param onPage receives each page as soon as it is complete */
  constructor(facts: RunFacts, onPage: (page: ProbePage, number: number, rows: number) => void) {
    this.#facts = facts
    this.#shape = pageShape(facts.plan)
    this.#onPage = onPage
    this.#lastRow = facts.clients.reduce(
      (last, { scheduled }, client, { length }) =>
        scheduled === 0 ? last : Math.max(last, (scheduled - 1) * length + client),
      -1,
    )
  }

  /** Adds a block. Returns its fault; undefined: none. */
  add(value: unknown): BlockFault | undefined {
    if (!isBlock(value)) return 'malformed'
    const { page, column, rows, data } = value
    if (page !== this.#page) {
      if (this.#page >= 0 && !this.#finish()) return 'contradiction'
      if (page !== this.#next()) return 'contradiction'
      this.#page = page
      this.#rows = this.#rowsOf(page)
      this.#columns = new Map()
    }
    if (rows !== this.#rows || this.#columns.has(column)) return 'contradiction'
    if (this.#shape.isLean && NOT_LEAN.has(column)) return 'contradiction'
    if (column === 'counter' && !this.#shape.isCounted) return 'contradiction'
    // Base64 encodes three bytes as four characters.
    if (data.length > Math.ceil((rows * WIDTH[column]) / 3) * 4) return 'contradiction'
    const bytes = decodeBase64(data)
    if (bytes === undefined) return 'malformed'
    const isNarrow = column === 'copies' && bytes.length === rows
    if (!isNarrow && bytes.length !== rows * WIDTH[column]) return 'contradiction'
    this.#columns.set(column, bytes)
    return undefined
  }

  /** Ends the last page if it is complete. Returns whether every declared row is there. */
  end(): boolean {
    if (this.#page >= 0 && !this.#finish()) return false
    return this.#next() === undefined
  }

  /** The next page with rows; undefined: none. */
  #next(): number | undefined {
    for (let number = this.#page + 1; number * PAGE_ROWS <= this.#lastRow; number++)
      if (this.#rowsOf(number) > 0) return number
    return undefined
  }

  /** Rows of a page up to the last scheduled one, by the header. */
  #rowsOf(number: number): number {
    const { clients } = this.#facts
    for (let place = PAGE_ROWS - 1; place >= 0; place--) {
      const row = number * PAGE_ROWS + place
      const client = row % clients.length
      if ((row - client) / clients.length < (clients[client]?.scheduled ?? 0)) return place + 1
    }
    return 0
  }

  #finish(): boolean {
    if (!this.#isWhole()) return false
    this.#kinds ??= new Set(this.#columns.keys())
    const page = createPage(this.#shape, this.#rows)
    for (const [column, bytes] of this.#columns) fill(page, column, bytes)
    this.#facts.probes.adopt(this.#page, page)
    this.rows += this.#rows
    this.#onPage(page, this.#page, this.#rows)
    return true
  }

  #isWhole(): boolean {
    const { clients } = this.#facts
    return COLUMNS.every(column => {
      if (this.#columns.has(column)) return this.#kinds?.has(column) !== false
      if (this.#kinds !== undefined) return !this.#kinds.has(column)
      if (column === 'source' && clients.some(({ sources }) => sources !== undefined)) return false
      if (column === 'counter') return !this.#shape.isCounted
      // A flood has trains, so a lean page without that column is incomplete.
      return this.#shape.isLean ? NOT_LEAN.has(column) : NEWER.has(column)
    })
  }
}

function isBlock(value: unknown): value is JournalBlock {
  if (!isObject(value)) return false
  const { page, column, rows, data } = value
  return (
    Number.isSafeInteger(page) &&
    COLUMNS.some(known => known === column) &&
    Number.isSafeInteger(rows) &&
    Number(page) >= 0 &&
    Number(rows) > 0 &&
    typeof data === 'string'
  )
}

/**
 * A page whose columns have only its rows. `outcome` alone has every place of a page: places after the rows are not scheduled, so no reader
 * looks at their other columns.
 */
function createPage({ isLean: lean, isCounted }: PageShape, rows: number): ProbePage {
  return {
    ...(lean ? {} : { scheduled: new Float64Array(rows), serverArrival: new Float64Array(rows) }),
    sent: new Float64Array(rows),
    arrived: new Float64Array(rows),
    order: new Uint32Array(rows),
    dwell: new Uint32Array(rows),
    ...(isCounted ? { counter: new Uint32Array(rows) } : {}),
    copies: lean ? new Uint16Array(rows) : new Uint32Array(rows),
    detail: new Uint16Array(rows),
    ...(lean ? {} : { source: new Uint16Array(rows) }),
    outcome: new Uint8Array(PAGE_ROWS),
    traits: new Uint8Array(rows),
    train: new Uint8Array(rows),
  }
}

/** Little endian (docs/journal.md); `copies` has one byte or four for each row. */
function fill(page: ProbePage, column: ColumnName, bytes: Uint8Array): void {
  const target = page[column]
  if (target === undefined) return
  if (column !== 'copies') new Uint8Array(target.buffer, target.byteOffset, bytes.length).set(bytes)
  else if (bytes.length === target.length) target.set(bytes)
  else target.set(new Uint32Array(bytes.buffer, bytes.byteOffset, target.length))
}
