import type { RelayTruth } from '../facts/relay-truth.ts'
import type { ComparedCount } from '../verdict/relay-comparison.ts'
import type { Result } from '../verdict/result.ts'
import { formatCount } from './count.ts'
import { type Cell, grid } from './grid.ts'
import { createPalette, type Palette } from './palette.ts'
import { stacked } from './page.ts'
import { usableWidth, type View } from './view.ts'
import { wrap } from './wrap.ts'

/** Both records of `udptool relay --self`. */
interface BothRecords {
  readonly seed: string
  readonly truth: RelayTruth
  readonly result: Result
  readonly comparison: readonly ComparedCount[]
  readonly verdict: 'pass' | 'fail'
}

const ROWS: Readonly<Record<ComparedCount['what'], readonly [relay: string, ledger: string]>> = {
  whole: ['passed whole, both ways', 'intact or late'],
  lostUp: ['lost on the way to the server', 'lostForward'],
  lostDown: ['lost on the way back', 'lostReturn'],
  cut: ['cut short', 'truncated'],
  corrupted: ['bits flipped', 'corrupt'],
  copies: ['further copies to the client', 'duplicates'],
}

/** What the relay did beside what the ledger says of it, row by row, and whether they are equal. */
export function renderRelayComparison(records: BothRecords, view: View): string {
  const { seed, result, comparison, verdict } = records
  const palette = createPalette(view.color)
  const width = usableWidth(view.width)
  const { scheduled } = result.ledger
  const head = `${formatCount(scheduled)} probes through a relay with seed ${seed}`
  const titles = ['what the relay did', '', 'what the ledger says', '', ''].map((text): Cell => ({
    text,
    paint: palette.dim,
  }))
  const rows = comparison
    .filter(({ what, relay, ledger }) => what === 'whole' || ledger !== 0 || relay !== 0)
    .map(row => cellsOf(row, palette))
  const columns = [{}, { align: 'right' }, {}, { align: 'right' }, {}] as const
  const table = grid([titles, ...rows], columns).lines
  return stacked([
    view.quiet === true ? [] : [palette.bold(head)],
    view.quiet === true ? [] : table,
    verdictLines(comparison, verdict, palette, width),
  ])
}

function cellsOf({ what, relay, ledger, equal }: ComparedCount, palette: Palette): Cell[] {
  const [did, says] = ROWS[what]
  const mark: Cell =
    equal === undefined
      ? { text: '?', paint: palette.yellow }
      : equal
        ? { text: '=', paint: palette.green }
        : { text: '≠', paint: palette.red }
  return [did, relay === undefined ? '?' : formatCount(relay), says, formatCount(ledger), mark]
}

function verdictLines(
  comparison: readonly ComparedCount[],
  verdict: BothRecords['verdict'],
  palette: Palette,
  width: number,
): string[] {
  if (verdict === 'fail') {
    const text = 'the two records differ: run it again with --seed and --truth FILE to see which datagram'
    return wrap(`✗ ${text}`, width).map((line, n) => (n === 0 ? palette.red(line) : line))
  }
  const open = comparison.some(({ equal }) => equal === undefined)
  const text = open
    ? '✓ equal where it can be told (? marks what the relay’s record leaves open: which copy came first, or whether a flipped bit was cut off again)'
    : '✓ both records are equal'
  return wrap(text, width).map((line, n) => (n === 0 ? palette.green(line) : line))
}
