import type { QueryDocument, QueryRow } from '../../verdict/query/query-document.ts'
import { chunks } from './chunks.ts'
import { csvField } from './csv-field.ts'
import { jsonLine } from './json.ts'

/** The columns of a request: the fields of its row in the document. */
const COLUMNS = [
  'question',
  'attempt',
  'target',
  'local',
  'size',
  'at',
  'fate',
  'rttMs',
  'length',
  'offsetMs',
  'delayMs',
  'because',
  'error',
] as const satisfies readonly (keyof QueryRow)[]

/** A header, then one row per request, quoted by RFC 4180 (but lines end with \n). */
export function renderQueryCsv({ requests }: QueryDocument): Iterable<string> {
  const rows = requests.map(row => COLUMNS.map(column => csvField(row[column], column)).join(','))
  return chunks([COLUMNS.join(','), ...rows])
}

/** One request per line. */
export function renderQueryNdjson({ requests }: QueryDocument): Iterable<string> {
  return chunks(requests.map(jsonLine))
}
