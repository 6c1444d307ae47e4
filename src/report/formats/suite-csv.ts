import type { Suite, SuiteCheck } from '../../verdict/suite/suite.ts'
import { chunks } from './chunks.ts'
import { csvField } from './csv-field.ts'

/** The columns of the table of checks. */
const COLUMNS: readonly (readonly [name: string, read: (check: SuiteCheck) => string | number | undefined])[] = [
  ['id', ({ id }) => id],
  ['name', ({ name }) => name],
  ['level', ({ level }) => level],
  ['verdict', ({ verdict }) => verdict],
  ['target', ({ target }) => target],
  ['expected', ({ expected }) => expected],
  ['observed', ({ observed }) => observed],
  ['reason', ({ reason }) => reason],
  ['attempts', ({ attempts }) => attempts],
  ['startedAt', ({ startedAt }) => startedAt],
  ['durationMs', ({ durationMs }) => durationMs],
  ['scheduled', ({ result }) => result?.ledger.scheduled],
  ['intact', ({ result }) => result?.ledger.fates.intact],
  ['lost', ({ result }) => result?.loss.count],
  ['truncated', ({ result }) => result && (result.ledger.fates.truncated ?? 0)],
  ['corrupt', ({ result }) => result && (result.ledger.fates.corrupt ?? 0)],
  ['late', ({ result }) => result && (result.ledger.fates.late ?? 0)],
  ['duplicates', ({ result }) => result?.ledger.duplicates],
  ['reordered', ({ result }) => result?.ledger.reordered],
  ['rttP50Ms', ({ result }) => result?.rtt?.p50Ms],
  ['rttP99Ms', ({ result }) => result?.rtt?.p99Ms],
  ['rttMaxMs', ({ result, query }) => result?.rtt?.maxMs ?? query?.rttMs],
  ['requests', ({ query }) => query?.ledger.requests],
  ['answered', ({ query }) => query?.ledger.fates.answered],
]

/** A header, then one row per check, quoted by RFC 4180 (but lines end with \n). */
export function renderSuiteCsv(suite: Suite): Iterable<string> {
  return chunks(csvLines(suite))
}

function* csvLines({ checks }: Suite): Iterable<string> {
  yield COLUMNS.map(([name]) => name).join(',')
  for (const check of checks) yield COLUMNS.map(([name, read]) => csvField(read(check), name)).join(',')
}
