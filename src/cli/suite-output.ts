import { renderCheck } from '../report/check-table.ts'
import { isReportFormat, renderReport } from '../report/formats.ts'
import { renderDocument } from '../report/json.ts'
import type { Report } from '../report/report.ts'
import { renderSuiteCsv } from '../report/suite-csv.ts'
import { renderSuiteNdjson } from '../report/suite-ndjson.ts'
import type { Suite } from '../verdict/suite.ts'
import { wantsColor } from './color.ts'
import { EXIT, signalStatus, type Signal } from './exit.ts'
import { pick, type Options } from './flags.ts'
import type { Format, OwnFormat } from './formats.ts'
import { tellGithub } from './github-actions.ts'
import { deliver, type Output } from './outputs.ts'
import { columnsOf } from './streams.ts'

/** Writes a suite in every format that was asked for. */
export async function deliverSuite(
  report: Report,
  outputs: readonly Output<Format>[],
  options: Options,
): Promise<void> {
  const { color = 'auto' } = pick(options, ['color'])
  const colored = wantsColor(color, process.stdout, process.env)
  for (const output of outputs) {
    const { format } = output
    const text = isReportFormat(format)
      ? await renderReport(format, report)
      : renderSuite(format, report.suite, output.file === undefined && colored, options)
    await deliver(output, text)
  }
  await tellGithub(
    report,
    outputs.map(output => output.format),
  )
}

function renderSuite(format: OwnFormat, suite: Suite, color: boolean, options: Options): Iterable<string> {
  switch (format) {
    case 'json':
      return [renderDocument(suite)]
    case 'ndjson':
      return renderSuiteNdjson(suite)
    case 'csv':
      return renderSuiteCsv(suite)
    default: {
      const view = {
        width: columnsOf(process.stdout),
        color,
        quiet: options['quiet'] === true,
        verbose: options['verbose'] === true,
      }
      return [renderCheck(suite.checks, view, suite.interrupted)]
    }
  }
}

const STATUS = { pass: EXIT.done, fail: EXIT.failed, error: EXIT.cannotRun } as const

/** How a command ends that ran a suite. */
export function suiteStatus({ verdict }: Suite, received: Signal | undefined): number {
  return received === undefined ? STATUS[verdict] : signalStatus(received)
}
