import type { Result } from '../verdict/result.ts'
import { chunks } from './chunks.ts'
import { jsonLine } from './json.ts'
import { PROBE_COLUMNS, type ProbeRow } from './probe-row.ts'

/** One object a line: first each probe (`"type":"probe"`), last the Result document (`"type":"result"`); in chunks of whole lines. */
export function renderNdjson(rows: Iterable<ProbeRow>, result: Result): Iterable<string> {
  return chunks(ndjsonLines(rows, result))
}

function* ndjsonLines(rows: Iterable<ProbeRow>, result: Result): Iterable<string> {
  for (const row of rows) {
    const columns = PROBE_COLUMNS.map(column => [column, row[column]] as const)
    yield jsonLine({ type: 'probe', ...Object.fromEntries(columns) })
  }
  yield jsonLine({ type: 'result', ...result })
}
