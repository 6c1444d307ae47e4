import { rounded } from '../text/rounded.ts'
import { printable } from '../text/safe.ts'

/** The value of a column. Columns named `…Ms` are times. Empty if the value is absent. */
export function csvField(value: string | number | undefined, column: string): string {
  if (value === undefined) return ''
  return typeof value === 'number' ? String(rounded(value, column) ?? '') : csvText(value)
}

/** A text, quoted by RFC 4180. */
export function csvText(value: string): string {
  const text = printable(value)
  return /[",]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
