import type { Document } from './document.ts'
import type { Report } from './formats/report.ts'
import { asSaved } from './formats/json.ts'
import { renderSuiteCsv } from './formats/suite-csv.ts'
import { renderSuiteNdjson } from './formats/suite-ndjson.ts'
import { renderCheck } from './terminal/check-table.ts'

/** A suite as a document. */
export function suiteDocument({ suite: measured, probes }: Report): Document {
  const suite = asSaved(measured)
  return {
    content: suite,
    table: view => [renderCheck(suite.checks, view, suite.interrupted)],
    csv: () => renderSuiteCsv(suite),
    ndjson: () => renderSuiteNdjson(suite),
    report: { suite, probes },
    verdict: suite.verdict,
  }
}
