import { chunks } from './chunks.ts'
import { jsonLine } from './json.ts'
import { PROBE_COLUMNS, type ProbeRow } from '../../verdict/probe-row.ts'

/** One JSON object per line and probe, in chunks of whole lines. */
export function renderNdjson(rows: Iterable<ProbeRow>): Iterable<string> {
  return chunks(ndjsonLines(rows))
}

function* ndjsonLines(rows: Iterable<ProbeRow>): Iterable<string> {
  for (const row of rows)
    yield jsonLine(Object.fromEntries(PROBE_COLUMNS.map(column => [column, row[column]] as const)))
}
