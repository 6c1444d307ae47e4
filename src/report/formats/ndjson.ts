import type { ProbeRow } from '../../verdict/probe-row.ts'
import { rowChunks } from './row-text.ts'

/** One JSON object per line and probe, in chunks of whole lines. */
export function renderNdjson(rows: Iterable<ProbeRow>): Iterable<string> {
  return rowChunks('ndjson', rows)
}
