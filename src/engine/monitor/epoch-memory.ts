import { createProbePage, FULL_PAGE, PAGE_ROWS, pageSize, probePageOver, ProbeTable } from '../../facts/probe-table.ts'
import { createCounters } from '../client-counters.ts'

/** The rows and the counters of an epoch in shared memory: one thread writes them, another reads them. */
export interface EpochMemory {
  readonly rows: number
  /** The last page is as long as the rest of the rows: most epochs have ten. */
  readonly pages: readonly SharedArrayBuffer[]
  readonly counters: Float64Array
}

export function createEpochMemory(rows: number): EpochMemory {
  const pages = Array.from(
    { length: Math.ceil(rows / PAGE_ROWS) },
    (_, number) => new SharedArrayBuffer(pageSize(FULL_PAGE, rowsOfPage(rows, number))),
  )
  return { rows, pages, counters: createCounters(1) }
}

/** The table of an epoch that is about to begin. */
export function createTable({ rows, pages }: EpochMemory): ProbeTable {
  const table = new ProbeTable(1)
  pages.forEach((buffer, number) => table.adopt(number, createProbePage(FULL_PAGE, rowsOfPage(rows, number), buffer)))
  return table
}

/** The same table in the other thread. */
export function readTable({ rows, pages }: EpochMemory): ProbeTable {
  const table = new ProbeTable(1)
  pages.forEach((buffer, number) => table.adopt(number, probePageOver(FULL_PAGE, buffer, rowsOfPage(rows, number))))
  return table
}

function rowsOfPage(rows: number, number: number): number {
  return Math.min(PAGE_ROWS, rows - number * PAGE_ROWS)
}
