import { padded } from './width.ts'
import type { Palette } from './palette.ts'

/** The columns before the text of a labelled line: all of them begin at the same place. */
export const LABEL = 14

/** A line of a report with its name before it; continued lines have none. */
export function labelled(name: string, text: string, palette: Palette): string {
  const margin = padded(`  ${name}`, LABEL)
  return `  ${palette.dim(name)}${margin.slice(2 + name.length)}${text}`.trimEnd()
}
