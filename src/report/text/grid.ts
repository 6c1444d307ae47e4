import { getBorderCharacters, table } from 'table'
import { displayWidth } from './width.ts'
import type { Paint } from './palette.ts'
import { printable } from './safe.ts'
import { wrap } from './wrap.ts'

/** A cell: plain text, optionally with a style. The style is applied after escaping and wrapping. */
export type Cell = string | { readonly text: string; readonly paint: Paint }

export interface Column {
  readonly align?: 'left' | 'right'
  /** Wider text is wrapped to this width. */
  readonly most?: number
}

export interface Grid {
  readonly lines: string[]
  /** The same lines, by row. A wrapped cell makes several. */
  readonly rows: readonly (readonly string[])[]
  /** Width of each column, without the gap after it. */
  readonly widths: readonly number[]
}

/** Columns between two columns of a grid. */
export const GAP = 2

const NO_BORDER = getBorderCharacters('void')

/**
 * Rows in aligned columns without borders, so that they are easy to read and grep. A row may have fewer cells than there are columns. This
 * is the only user of the package `table`, which throws on control characters, on rows of different lengths and on an empty table.
 */
export function grid(rows: readonly (readonly Cell[])[], columns: readonly Column[], indent = 2): Grid {
  const cells = rows.map(row => columns.map((column, index) => cellLines(row[index] ?? '', column)))
  const widths = columns.map((_, index) =>
    Math.max(0, ...cells.flatMap(row => row[index]?.plain.map(displayWidth) ?? [])),
  )
  if (rows.length === 0 || columns.length === 0) return { lines: [], rows: [], widths }
  const text = table(
    cells.map(row => row.map(cell => cell.painted)),
    {
      border: NO_BORDER,
      drawHorizontalLine: () => false,
      columns: columns.map(({ align = 'left' }, index) => ({
        alignment: align,
        paddingLeft: 0,
        // An empty column has no gap.
        paddingRight: index === columns.length - 1 || widths[index] === 0 ? 0 : GAP,
      })),
    },
  )
  const margin = ' '.repeat(indent)
  const lines = text
    .split('\n')
    .slice(0, -1)
    .map(line => (margin + line).trimEnd())
  let next = 0
  const byRow = cells.map(row => lines.slice(next, (next += Math.max(...row.map(cell => cell.plain.length)))))
  return { lines, rows: byRow, widths }
}

function cellLines(cell: Cell, column: Column): { readonly plain: readonly string[]; readonly painted: string } {
  const { text, paint } = typeof cell === 'string' ? { text: cell, paint: (line: string) => line } : cell
  const safe = printable(text)
  const plain = column.most === undefined ? [safe] : wrap(safe, Math.max(1, column.most))
  return { plain, painted: plain.map(paint).join('\n') }
}
