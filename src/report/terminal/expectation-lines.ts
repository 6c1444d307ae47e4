import { formatActual, formatMissed } from '../../verdict/expect/actual.ts'
import { formatCount } from '../../base/counted.ts'
import { type Cell, GAP, grid } from '../text/grid.ts'
import type { Palette } from '../text/palette.ts'
import type { Page } from './page.ts'
import { flow, wrap } from '../text/wrap.ts'

/** A reason is not wrapped narrower than this. */
const NARROWEST_REASON = 22

/** An expectation with its observed value as text; empty: none. */
export interface ShownExpectation {
  readonly expr: string
  readonly passed: boolean
  readonly actual: string
  readonly reason?: string | undefined
}

/** One line per expectation: ✓ or ✗, the observed value, and the reason if there is one. */
export function expectationLines({ result, palette, width }: Page): string[] {
  return shownExpectationLines(
    result.expectations.map(one => ({ ...one, actual: formatActual(one, formatCount) })),
    palette,
    width,
  )
}

/** The same for expectations of any document. */
export function shownExpectationLines(
  expectations: readonly ShownExpectation[],
  palette: Palette,
  width: number,
): string[] {
  const rows = expectations.map(({ expr, passed, actual, reason = '' }): Cell[] => {
    const paint = passed ? palette.green : palette.red
    return [
      { text: passed ? '✓' : '✗', paint },
      expr,
      { text: actual, paint: passed ? text => text : palette.red },
      { text: reason, paint: palette.dim },
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
    const reason = wrap(expectations[index]?.reason ?? '', width - 5).filter(line => line !== '')
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
