import type { Paint, Palette } from '../text/palette.ts'
import { flow } from '../text/wrap.ts'

/** A verdict in colour, then its reasons: `✓ pass · 17 of 17 checks passed`. As many parts on a line as fit. */
export function verdictLine(
  verdict: string,
  parts: readonly string[],
  paint: Paint,
  palette: Palette,
  width: number,
): string[] {
  return flow([verdict, ...parts], ' · ', width - 2).map((line, index) =>
    index === 0 ? paint(palette.bold(verdict)) + line.slice(verdict.length) : `  ${line}`,
  )
}
