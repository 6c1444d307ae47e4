import type { ProbeRow } from '../../verdict/probe-row.ts'
import { rowChunks } from './row-text.ts'

/** A header, then one row per probe, quoted by RFC 4180 (but lines end with \n), in chunks of whole lines. */
export function renderCsv(rows: Iterable<ProbeRow>): Iterable<string> {
  return rowChunks('csv', rows)
}
