import type { Result } from '../verdict/result.ts'
import { jsonLine } from './json.ts'
import { PROBE_COLUMNS, type ProbeRow } from './probe-row.ts'

/** One object a line: first each probe (`"type":"probe"`), last the Result document (`"type":"result"`). */
export function* renderNdjson(rows: Iterable<ProbeRow>, result: Result): Iterable<string> {
  for (const row of rows) {
    const probe = PROBE_COLUMNS.map(column => [column, row[column]] as const)
    yield `${jsonLine({ type: 'probe', ...Object.fromEntries(probe) })}\n`
  }
  yield `${jsonLine({ type: 'result', ...result })}\n`
}
