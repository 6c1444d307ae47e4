import { padded } from './width.ts'
import type { Palette } from './palette.ts'

/** Columns before the text of a labelled line, so that all texts are aligned. */
export const LABEL = 14

/** A line of a report after its label. Continued lines have no label. */
export function labelled(name: string, text: string, palette: Palette): string {
  const margin = padded(`  ${name}`, LABEL)
  return `  ${palette.dim(name)}${margin.slice(2 + name.length)}${text}`.trimEnd()
}
