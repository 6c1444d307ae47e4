import { crc32 } from '../wire/crc32.ts'
import { JOURNAL_FORMAT } from './journal-header.ts'
import type { ProbePage } from './probe-table.ts'

/** The columns of a page, in the order of the file. */
export const COLUMNS = [
  'scheduled',
  'sent',
  'arrived',
  'serverArrival',
  'order',
  'dwell',
  'detail',
  'outcome',
  'traits',
  'copies',
  'train',
  'source',
  'counter',
] as const satisfies readonly (keyof ProbePage)[]

export type ColumnName = (typeof COLUMNS)[number]

export interface JournalBlock {
  readonly page: number
  readonly column: ColumnName
  readonly rows: number
  readonly data: string
}

/** The last line: a summary of all lines before it. Without it the file is incomplete. */
export interface JournalEnd {
  readonly end: typeof JOURNAL_FORMAT
  /** Non-blank lines before this one: the header and the blocks. */
  readonly lines: number
  readonly rows: number
  /** CRC-32 of these lines, each followed by one line feed, as 8 hex digits. */
  readonly crc32: string
}

/** Sums up the lines of a journal for its end line. */
export class LineSum {
  readonly #encoder = new TextEncoder()
  #lines = 0
  #crc = 0

  /** @param line without its line feed */
  add(line: string): void {
    const bytes = this.#encoder.encode(`${line}\n`)
    this.#crc = crc32(bytes, 0, bytes.length, this.#crc)
    this.#lines += 1
  }

  /** The CRC-32 so far, as 8 hex digits. */
  get digits(): string {
    return this.#crc.toString(16).toUpperCase().padStart(8, '0')
  }

  end(rows: number): JournalEnd {
    return { end: JOURNAL_FORMAT, lines: this.#lines, rows, crc32: this.digits }
  }
}
