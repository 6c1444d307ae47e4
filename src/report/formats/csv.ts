import type { ProbeRow } from '../../verdict/probe-row.ts'
import { rounded } from '../text/rounded.ts'
import { printable } from '../text/safe.ts'
import { rowChunks } from './row-text.ts'

/** A header, then one row per probe, quoted by RFC 4180 (but lines end with \n), in chunks of whole lines. */
export function renderCsv(rows: Iterable<ProbeRow>): Iterable<string> {
  return rowChunks('csv', rows)
}

/** The value of a column. Columns named `…Ms` are times. Empty if the value is absent. */
export function csvField(value: string | number | undefined, column: string): string {
  if (value === undefined) return ''
  if (typeof value === 'number') return String(rounded(value, column) ?? '')
  const text = printable(value)
  return /[",]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
