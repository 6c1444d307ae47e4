import type { ComparedCount } from '../../verdict/relay/relay-comparison.ts'
import type { SelfReport } from '../../verdict/relay/self-report.ts'
import { formatCount } from '../../base/counted.ts'
import { type Cell, GAP, grid } from '../text/grid.ts'
import { formatMs } from '../text/milliseconds.ts'
import { createPalette, type Palette } from '../text/palette.ts'
import { stacked } from './page.ts'
import { usableWidth, type View } from '../text/view.ts'
import { wrap } from '../text/wrap.ts'

const ROWS: Readonly<Record<ComparedCount['what'], readonly [relay: string, ledger: string]>> = {
  whole: ['passed in both directions', 'intact or late'],
  lostUp: ['lost client to server', 'lostForward'],
  lostDown: ['lost server to client', 'lostReturn'],
  lost: ['lost in either direction', 'lost'],
  cut: ['truncated', 'truncated'],
  corrupted: ['bits flipped', 'corrupt'],
  copies: ['duplicated', 'duplicates'],
}

/** Below this width, the names of the ledger are left out. */
const SIDE_BY_SIDE = 74

/** The relay's record beside the ledger, row by row, and whether they are equal. */
export function renderRelayComparison(records: Omit<SelfReport, 'schema' | 'command'>, view: View): string {
  const { seed, result, comparison } = records
  const palette = createPalette(view.color)
  const width = usableWidth(view.width)
  const { scheduled } = result.ledger
  const head = `${formatCount(scheduled)} probes through a relay with seed ${seed}`
  const rows = comparison.filter(({ what, relay, ledger }) => what === 'whole' || ledger !== 0 || relay !== 0)
  const table = width >= SIDE_BY_SIDE ? wideTable(rows, palette) : narrowTable(rows, palette, width)
  return stacked([
    view.quiet === true ? [] : [palette.bold(head)],
    view.quiet === true ? [] : table,
    result.interrupted ? [palette.yellow(`! interrupted after ${formatMs(result.durationMs)}`)] : [],
    verdictLines(records, palette, width),
  ])
}

function wideTable(rows: readonly ComparedCount[], palette: Palette): string[] {
  const cells = rows.map(row => {
    const [did, says] = ROWS[row.what]
    return [did, relayCount(row), says, formatCount(row.ledger), mark(row, palette)]
  })
  const titles = dimmed(['relay record', '', 'ledger', '', ''], palette)
  return grid([titles, ...cells], [{}, { align: 'right' }, {}, { align: 'right' }, {}]).lines
}

function narrowTable(rows: readonly ComparedCount[], palette: Palette, width: number): string[] {
  const cells = rows.map(row => [ROWS[row.what][0], relayCount(row), formatCount(row.ledger), mark(row, palette)])
  const titles = dimmed(['', 'relay', 'ledger', ''], palette)
  const columns = [{}, { align: 'right' }, { align: 'right' }, {}] as const
  const { widths } = grid([titles, ...cells], columns)
  const others = widths.slice(1).reduce((sum, column) => sum + column + GAP, 2)
  return grid([titles, ...cells], [{ most: width - others }, ...columns.slice(1)]).lines
}

function dimmed(titles: readonly string[], palette: Palette): Cell[] {
  return titles.map(text => ({ text, paint: palette.dim }))
}

function relayCount({ relay }: ComparedCount): string {
  return relay === undefined ? '?' : formatCount(relay)
}

function mark({ equal }: ComparedCount, palette: Palette): Cell {
  if (equal === undefined) return { text: '?', paint: palette.yellow }
  return equal ? { text: '=', paint: palette.green } : { text: '≠', paint: palette.red }
}

function verdictLines(
  { comparison, verdict }: Pick<SelfReport, 'comparison' | 'verdict'>,
  palette: Palette,
  width: number,
): string[] {
  if (verdict === 'fail') {
    const text = 'the two records differ: run again with --seed and --truth FILE to see which datagram'
    return wrap(`✗ ${text}`, width).map((line, n) => (n === 0 ? palette.red(line) : line))
  }
  const open = comparison.some(({ equal }) => equal === undefined)
  const text = open ? '✓ equal where the relay’s record decides; ? marks the other rows' : '✓ both records are equal'
  return wrap(text, width).map((line, n) => (n === 0 ? palette.green(line) : line))
}
