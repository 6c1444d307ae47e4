import { chunks } from './chunks.ts'
import { PROBE_COLUMNS, type ProbeRow } from '../../verdict/probe-row.ts'
import { rounded } from '../text/rounded.ts'
import { printable } from '../text/safe.ts'

/** A header, then a row a probe, quoted as RFC 4180 has it (lines end with \n); in chunks of whole lines. */
export function renderCsv(rows: Iterable<ProbeRow>): Iterable<string> {
  return chunks(csvLines(rows))
}

function* csvLines(rows: Iterable<ProbeRow>): Iterable<string> {
  yield PROBE_COLUMNS.join(',')
  for (const row of rows) yield PROBE_COLUMNS.map(column => csvField(row[column], column)).join(',')
}

/** A value of a column: `…Ms` are times. Absent: nothing. */
export function csvField(value: string | number | undefined, column: string): string {
  if (value === undefined) return ''
  if (typeof value === 'number') return String(rounded(value, column) ?? '')
  const text = printable(value)
  return /[",]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
