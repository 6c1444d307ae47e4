import { formatActual, formatMissed } from '../../verdict/expect/actual.ts'
import { formatCount } from '../../base/counted.ts'
import { type Cell, GAP, grid } from '../text/grid.ts'
import type { Page } from './page.ts'
import { flow, wrap } from '../text/wrap.ts'

/** A reason is not wrapped narrower than this. */
const NARROWEST_REASON = 22

/** One line per expectation: ✓ or ✗, the observed value, and the reason if there is one. */
export function expectationLines({ result, palette, width }: Page): string[] {
  const rows = result.expectations.map((expectation): Cell[] => {
    const paint = expectation.passed ? palette.green : palette.red
    return [
      { text: expectation.passed ? '✓' : '✗', paint },
      expectation.expr,
      { text: formatActual(expectation, formatCount), paint: expectation.passed ? text => text : palette.red },
      { text: expectation.reason ?? '', paint: palette.dim },
    ]
  })
  const half = Math.floor((width - 2) / 2)
  const sized = [{}, { most: half }, { align: 'right', most: half }] as const
  const short = grid(rows, sized)
  const used = short.widths.reduce((sum, column) => sum + (column === 0 ? 0 : column + GAP), 2)
  const most = width - used
  if (most >= NARROWEST_REASON) return grid(rows, [...sized, { most }]).lines
  // Too narrow for three columns: the reason goes on a line of its own.
  return short.rows.flatMap((lines, index) => {
    const reason = wrap(result.expectations[index]?.reason ?? '', width - 5).filter(line => line !== '')
    return [...lines, ...reason.map(line => `     ${palette.dim(line)}`)]
  })
}

/** The failed expectations after the first, which is in the headline. As many on a line as fit: `✗ loss<1%: 3.42%`. */
export function furtherFailures({ result, palette, width }: Page): string[] {
  const failed = result.expectations
    .filter(({ passed }) => !passed)
    .slice(1)
    .map(expectation => `✗ ${expectation.expr}: ${formatMissed(expectation, formatCount)}`)
  return flow(failed, ' · ', width - 2).map(line => `  ${palette.red(line)}`)
}
