import type { Document } from './document.ts'
import type { Report } from './formats/report.ts'
import { renderSuiteCsv } from './formats/suite-csv.ts'
import { renderSuiteNdjson } from './formats/suite-ndjson.ts'
import { renderCheck } from './terminal/check-table.ts'

/** A suite as a document. */
export function suiteDocument(report: Report): Document {
  const { suite } = report
  return {
    content: suite,
    table: view => [renderCheck(suite.checks, view, suite.interrupted)],
    csv: () => renderSuiteCsv(suite),
    ndjson: () => renderSuiteNdjson(suite),
    report,
    verdict: suite.verdict,
  }
}
