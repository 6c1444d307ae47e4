import { PROBE_COLUMNS, type ProbeRow } from './probe-row.ts'
import { rounded } from './rounded.ts'
import { printable } from './safe.ts'

/** Lines of a chunk: a write for each probe would be slow. */
const CHUNK = 500

/** A header, then a row a probe, quoted as RFC 4180 has it (lines end with \n); in chunks of whole lines. */
export function* renderCsv(rows: Iterable<ProbeRow>): Iterable<string> {
  let chunk = `${PROBE_COLUMNS.join(',')}\n`
  let lines = 1
  for (const row of rows) {
    chunk += `${PROBE_COLUMNS.map(column => field(row[column], column)).join(',')}\n`
    lines += 1
    if (lines < CHUNK) continue
    yield chunk
    chunk = ''
    lines = 0
  }
  if (chunk !== '') yield chunk
}

function field(value: string | number | undefined, column: string): string {
  if (value === undefined) return ''
  if (typeof value === 'number') return String(rounded(value, column) ?? '')
  const text = printable(value)
  return /[",]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
