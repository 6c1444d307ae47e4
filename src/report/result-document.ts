import { suiteOfOne } from '../verdict/suite/suite-of-one.ts'
import type { ProbeRow } from '../verdict/probe-row.ts'
import type { Result } from '../verdict/result.ts'
import type { Document } from './document.ts'
import { renderCsv } from './formats/csv.ts'
import { asSaved } from './formats/json.ts'
import { renderNdjson } from './formats/ndjson.ts'
import { renderTrialsCsv, renderTrialsNdjson } from './formats/trial-rows.ts'
import { renderTerminal } from './terminal/terminal.ts'

/** What formats can use in addition to the Result. */
export interface ResultParts {
  /** The probes, in sending order. */
  readonly probes?: (() => Iterable<ProbeRow>) | undefined
  /** Round trips for the pictures of the terminal (`View.samples`). */
  readonly samples?: (() => readonly number[]) | undefined
}

/** A Result as a document. As a suite, it has one check. A search for the highest rate has rows of its trials. */
export function resultDocument(measured: Result, { probes, samples }: ResultParts = {}): Document {
  const result = asSaved(measured)
  return {
    content: result,
    table: view => [renderTerminal(result, { ...view, samples: samples?.() })],
    report: { suite: suiteOfOne(result), probes },
    ...rowsOf(result, probes),
    verdict: result.verdict,
  }
}

function rowsOf({ rate }: Result, probes: ResultParts['probes']): Pick<Document, 'csv' | 'ndjson'> {
  if (rate !== undefined) return { csv: () => renderTrialsCsv(rate), ndjson: () => renderTrialsNdjson(rate) }
  return probes === undefined ? {} : { csv: () => renderCsv(probes()), ndjson: () => renderNdjson(probes()) }
}
