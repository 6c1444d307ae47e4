import { bar } from '../text/bar.ts'
import { formatCount } from '../../base/counted.ts'
import { displayWidth } from '../text/width.ts'
import { explainFate } from '../result/evidence.ts'
import { FATES, type Fate, type FateGroup } from '../result/fates.ts'
import { groupPaint } from './group-paint.ts'
import { type Cell, type Column, GAP, grid } from '../text/grid.ts'
import type { Page } from './page.ts'
import { formatShare } from '../text/share.ts'
import { wrap } from '../text/wrap.ts'

const INDENT = 2
const LONGEST_BAR = 24
const SHORTEST_BAR = 8
/** A meaning is not wrapped narrower than this: it goes on a line of its own. */
const NARROWEST_MEANING = 22

interface Row {
  readonly fate: Fate
  /** Empty if the row above has the same title. */
  readonly title: string
  readonly group: FateGroup
  readonly count: number
  readonly share: string
  readonly meaning: string
}

/** The ledger: one line per fate, and the sum. */
export function ledgerTable(page: Page): string[] {
  const rows = ledgerRows(page)
  const widest = (text: (row: Row) => string): number => Math.max(0, ...rows.map(row => displayWidth(text(row))))
  const numbers = widest(row => row.fate) + widest(row => formatCount(row.count)) + widest(row => row.share)
  const left = page.width - INDENT - widest(row => row.title) - numbers - 4 * GAP
  const natural = widest(row => row.meaning)
  const wide = left - SHORTEST_BAR - GAP >= Math.min(natural, NARROWEST_MEANING)
  const body = wide ? wideBody(page, rows, left, natural) : narrowBody(page, rows, numbers)
  return [...body.lines, sumLine(page, body.countEnds)]
}

interface Body {
  readonly lines: readonly string[]
  /** The column where the counts end. */
  readonly countEnds: number
}

function wideBody({ palette, result }: Page, rows: readonly Row[], left: number, natural: number): Body {
  // A long meaning first shortens the bar, then is wrapped.
  const room = Math.min(LONGEST_BAR, Math.max(SHORTEST_BAR, left - GAP - natural))
  const most = left - GAP - room
  const columns: Column[] = [{}, {}, { align: 'right' }, { align: 'right' }, {}, { most }]
  const cells = rows.map((row): Cell[] => [
    { text: row.title, paint: palette.dim },
    ...figures(row, groupPaint(palette, row.group), result.ledger.scheduled, room),
    { text: row.meaning, paint: palette.dim },
  ])
  const { lines, widths } = grid(cells, columns, INDENT)
  return { lines, countEnds: INDENT + sum(widths.slice(0, 3)) + 2 * GAP }
}

function narrowBody({ palette, result, width }: Page, rows: readonly Row[], numbers: number): Body {
  const room = Math.max(1, Math.min(LONGEST_BAR, width - INDENT - numbers - 3 * GAP))
  const columns: Column[] = [{}, { align: 'right' }, { align: 'right' }, {}]
  const cells = rows.map(row => figures(row, groupPaint(palette, row.group), result.ledger.scheduled, room))
  const { lines, widths } = grid(cells, columns, INDENT)
  const noted = rows.flatMap((row, index) => {
    const line = lines[index] ?? ''
    if (row.fate === 'intact') return [line]
    return [line, ...wrap(row.meaning, width - 2 * INDENT).map(text => ' '.repeat(2 * INDENT) + palette.dim(text))]
  })
  return { lines: noted, countEnds: INDENT + sum(widths.slice(0, 2)) + GAP }
}

function figures(row: Row, paint: (text: string) => string, scheduled: number, room: number): Cell[] {
  return [
    { text: row.fate, paint: row.count > 0 ? paint : text => text },
    formatCount(row.count),
    row.share,
    { text: bar(scheduled > 0 ? row.count / scheduled : 0, room), paint },
  ]
}

function ledgerRows({ result }: Page): Row[] {
  const { fates, scheduled } = result.ledger
  const shown = FATES.filter(({ fate }) => fate === 'intact' || (fates[fate] ?? 0) > 0)
  return shown.map(({ fate, group }, index): Row => {
    const count = fates[fate] ?? 0
    return {
      fate,
      group,
      title: shown[index - 1]?.group === group ? '' : group,
      count,
      share: formatShare(count, scheduled),
      meaning: count > 0 ? explainFate(fate, result) : '',
    }
  })
}

/** `= 10 scheduled`, with the number below the counts. */
function sumLine({ palette, result }: Page, countEnds: number): string {
  const text = `= ${formatCount(result.ledger.scheduled)}`.padStart(countEnds)
  return text.replace(/=/u, palette.dim('=')) + palette.dim(' scheduled')
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
