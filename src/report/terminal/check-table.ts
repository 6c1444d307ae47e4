import { type CheckVerdict, type SuiteCheck, suiteVerdict } from '../../verdict/suite/suite.ts'
import {
  attentionParts,
  checkDetails,
  standingOfCheck,
  standingOfSuite,
  notPassedChecks,
} from '../result/check-details.ts'
import { columnShares } from '../text/column-shares.ts'
import { counted, formatCount } from '../../base/counted.ts'
import { type Cell, GAP, grid } from '../text/grid.ts'
import { createPalette, type Palette } from '../text/palette.ts'
import { stacked } from './page.ts'
import { printableDocument } from '../text/safe.ts'
import { verdictLine } from './verdict-line.ts'
import { usableWidth, type View } from '../text/view.ts'

const MARKS = { pass: '✓', attention: '!', warn: '!', fail: '✗', error: '✗', skipped: '–' } as const
/** Below this width, expected and observed values are below the name. */
const SIDE_BY_SIDE = 70

/** The table of `udptool check`: one row per check in order, then those that did not pass with evidence, then the number that passed. */
export function renderCheck(rows: readonly SuiteCheck[], view: View, interrupted = false): string {
  const checks = printableDocument(rows)
  const palette = createPalette(view.color)
  const width = usableWidth(view.width)
  const table = width >= SIDE_BY_SIDE ? wideTable(checks, palette, width) : narrowTable(checks, palette, width)
  const failures = failureLines(checks, palette, width)
  return stacked([view.quiet === true ? [] : table, failures, summaryLines(checks, interrupted, palette, width)])
}

function wideTable(rows: readonly SuiteCheck[], palette: Palette, width: number): string[] {
  const head = ['', 'check', 'expected', 'observed'].map((text): Cell => ({ text, paint: palette.dim }))
  const cells = rows.map(row => [
    mark(row, palette),
    row.name,
    { text: row.expected, paint: palette.dim },
    observation(row, palette),
  ])
  const natural = grid([head, ...cells], [{}, {}, {}, {}]).widths.slice(1)
  const [name = 1, expected = 1, observed = 1] = columnShares(natural, width - 2 - 1 - 3 * GAP)
  return grid([head, ...cells], [{}, { most: name }, { most: expected }, { most: observed }]).lines
}

function narrowTable(rows: readonly SuiteCheck[], palette: Palette, width: number): string[] {
  const cells = rows.flatMap((row): Cell[][] => [
    [mark(row, palette), row.name],
    ['', { text: row.verdict === 'skipped' ? (row.reason ?? 'skipped') : seen(row), paint: palette.dim }],
  ])
  return grid(cells, [{}, { most: width - 2 - 1 - GAP }]).lines
}

function failureLines(rows: readonly SuiteCheck[], palette: Palette, width: number): string[] {
  return notPassedChecks(rows).flatMap(row => {
    const cells = checkDetails(row).map(([title, text]): Cell[] => [{ text: title, paint: palette.dim }, text])
    return [
      ...grid([[mark(row, palette), `${row.name} (${row.id})`]], [{}, { most: width - 5 }]).lines,
      ...grid(cells, [{}, { most: width - 5 - 'expected'.length - GAP }], 5).lines,
    ]
  })
}

function summaryLines(rows: readonly SuiteCheck[], interrupted: boolean, palette: Palette, width: number): string[] {
  const of = (wanted: CheckVerdict): number => rows.filter(row => row.verdict === wanted).length
  const [passed, failed, skipped, errors, warned] = [of('pass'), of('fail'), of('skipped'), of('error'), of('warn')]
  const outcome = suiteVerdict(rows, interrupted)
  const standing = standingOfSuite({ verdict: outcome, checks: rows })
  // If no check failed, an interruption is not counted as an error.
  const cut = interrupted && outcome === 'error'
  const verdict = cut ? '! interrupted' : `${MARKS[standing]} ${outcome}`
  const paint =
    outcome !== 'pass' && !cut
      ? palette.red
      : cut || warned + errors > 0 || standing === 'attention'
        ? palette.yellow
        : palette.green
  const parts = [
    ...(interrupted && !cut ? ['interrupted'] : []),
    `${formatCount(passed)} of ${counted(rows.length, 'check')} passed`,
    ...attentionParts(rows),
    ...(failed > 0 ? [`${formatCount(failed)} failed`] : []),
    ...(errors > 0 ? [`${formatCount(errors)} could not run`] : []),
    ...(warned > 0 ? [`${formatCount(warned)} warned`] : []),
    ...(skipped > 0 ? [`${formatCount(skipped)} skipped`] : []),
  ]
  return verdictLine(verdict, parts, paint, palette, width)
}

function mark(check: SuiteCheck, palette: Palette): Cell {
  const standing = standingOfCheck(check)
  const paint = standing === 'pass' ? palette.green : isBroken(check.verdict) ? palette.red : palette.yellow
  return { text: MARKS[standing], paint }
}

function observation(check: SuiteCheck, palette: Palette): Cell {
  const { verdict, observed, reason, attention } = check
  if (attention !== undefined) return { text: seen(check), paint: palette.yellow }
  if (verdict === 'skipped')
    return { text: `skipped${reason === undefined ? '' : `: ${reason}`}`, paint: palette.yellow }
  if (verdict === 'warn') return { text: observed, paint: palette.yellow }
  return isBroken(verdict) ? { text: observed, paint: palette.red } : observed
}

/** The observed value, after the reason for `attention`. */
function seen({ observed, attention }: SuiteCheck): string {
  return attention === undefined ? observed : `${attention}: ${observed}`
}

function isBroken(verdict: CheckVerdict): boolean {
  return verdict === 'fail' || verdict === 'error'
}
