import { renderCheck } from '../report/terminal/check-table.ts'
import { isReportFormat } from '../report/formats/formats.ts'
import { renderDocument } from '../report/formats/json.ts'
import type { Report } from '../report/formats/report.ts'
import { renderSuiteCsv } from '../report/formats/suite-csv.ts'
import { renderSuiteNdjson } from '../report/formats/suite-ndjson.ts'
import type { View } from '../report/text/view.ts'
import type { Suite } from '../verdict/suite/suite.ts'
import { renderedReport } from './rendered-report.ts'
import { settleAll } from './settle-all.ts'
import { EXIT, signalStatus, type Signal } from './exit.ts'
import type { Format, OwnFormat } from './formats.ts'
import { reportToGithub } from './github-actions.ts'
import type { Outputs } from './outputs.ts'

/** Writes a suite in every format that was asked for. */
export async function deliverSuite(report: Report, outputs: Outputs<Format>): Promise<void> {
  await settleAll([
    () =>
      outputs.deliver((format, view) =>
        isReportFormat(format) ? renderedReport(format, report) : renderSuite(format, report.suite, view),
      ),
    () => reportToGithub(report, outputs.formats),
  ])
}

/** A suite in a format that is no report's. */
export function renderSuite(format: OwnFormat, suite: Suite, view: View): Iterable<string> {
  switch (format) {
    case 'json':
      return [renderDocument(suite)]
    case 'ndjson':
      return renderSuiteNdjson(suite)
    case 'csv':
      return renderSuiteCsv(suite)
    default:
      return [renderCheck(suite.checks, view, suite.interrupted)]
  }
}

const STATUS = { pass: EXIT.done, fail: EXIT.failed, error: EXIT.cannotRun } as const

/** How a command ends that ran a suite. */
export function suiteStatus({ verdict }: Suite, received: Signal | undefined): number {
  return received === undefined ? STATUS[verdict] : signalStatus(received)
}
