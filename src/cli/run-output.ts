import { probeRows, roundTrips } from '../runs/send/probe-rows.ts'
import type { SendRun } from '../runs/send/run.ts'
import { renderCsv } from '../report/formats/csv.ts'
import { isReportFormat } from '../report/formats/formats.ts'
import { renderJson } from '../report/formats/json.ts'
import { renderNdjson } from '../report/formats/ndjson.ts'
import type { Report } from '../report/formats/report.ts'
import { renderTerminal } from '../report/terminal/terminal.ts'
import type { View } from '../report/text/view.ts'
import { suiteOfOne } from '../verdict/suite/suite-of-one.ts'
import { renderedReport } from './rendered-report.ts'
import { settleAll } from './settle-all.ts'
import type { Format, OwnFormat } from './formats.ts'
import { reportToGithub } from './github-actions.ts'
import type { Outputs } from './outputs.ts'

/** Round trips that the small pictures of the terminal are drawn from. */
export const PICTURED = 4096

/** Writes a run in every format that was asked for. */
export async function deliverRun(run: SendRun, outputs: Outputs<Format>): Promise<void> {
  const report = reportOf(run)
  await settleAll([
    () =>
      outputs.deliver((format, view) =>
        isReportFormat(format) ? renderedReport(format, report) : renderRun(format, run, view),
      ),
    () => reportToGithub(report, outputs.formats),
  ])
}

/** The run as a suite of one, and its probes where they are still known one by one. */
function reportOf({ result, facts, analysis }: SendRun): Report {
  return { suite: suiteOfOne(result), probes: facts.plan.summary ? undefined : () => probeRows(facts, analysis) }
}

function renderRun(format: OwnFormat, { result, facts, analysis }: SendRun, view: View): Iterable<string> {
  switch (format) {
    case 'json':
      return [renderJson(result)]
    case 'ndjson':
      return renderNdjson(probeRows(facts, analysis))
    case 'csv':
      return renderCsv(probeRows(facts, analysis))
    default:
      // A search tries sizes: its round trips beside each other are no picture of the path over time.
      return [
        renderTerminal(result, {
          ...view,
          samples: result.command === 'send' ? roundTrips(facts, PICTURED) : undefined,
        }),
      ]
  }
}
