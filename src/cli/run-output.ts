import { probeRows, roundTrips } from '../jobs/send/probe-rows.ts'
import type { SendRun } from '../jobs/send/run.ts'
import { renderCsv } from '../report/csv.ts'
import { isReportFormat, renderReport } from '../report/formats.ts'
import { renderJson } from '../report/json.ts'
import { renderNdjson } from '../report/ndjson.ts'
import type { Report } from '../report/report.ts'
import { renderTerminal } from '../report/terminal.ts'
import { suiteOfOne } from '../verdict/suite-of-one.ts'
import { wantsColor } from './color.ts'
import { pick, type Options } from './flags.ts'
import type { Format, OwnFormat } from './formats.ts'
import { tellGithub } from './github-actions.ts'
import { deliver, type Output } from './outputs.ts'
import { columnsOf } from './streams.ts'

/** Round trips that the small pictures of the terminal are drawn from. */
const PICTURED = 4096

/** Writes a run in every format that was asked for. */
export async function deliverRun(run: SendRun, outputs: readonly Output<Format>[], options: Options): Promise<void> {
  const { color = 'auto' } = pick(options, ['color'])
  const colored = wantsColor(color, process.stdout, process.env)
  const report = reportOf(run)
  for (const output of outputs) {
    const { format } = output
    const text = isReportFormat(format)
      ? await renderReport(format, report)
      : renderRun(format, output.file === undefined && colored, run, options)
    await deliver(output, text)
  }
  await tellGithub(
    report,
    outputs.map(output => output.format),
  )
}

/** The run as a suite of one, and its probes where they are still known one by one. */
function reportOf({ result, facts, analysis }: SendRun): Report {
  return { suite: suiteOfOne(result), probes: facts.plan.summary ? undefined : () => probeRows(facts, analysis) }
}

function renderRun(
  format: OwnFormat,
  color: boolean,
  { result, facts, analysis }: SendRun,
  options: Options,
): Iterable<string> {
  switch (format) {
    case 'json':
      return [renderJson(result)]
    case 'ndjson':
      return renderNdjson(probeRows(facts, analysis))
    case 'csv':
      return renderCsv(probeRows(facts, analysis))
    default: {
      const view = {
        width: columnsOf(process.stdout),
        color,
        quiet: options['quiet'] === true,
        verbose: options['verbose'] === true,
      }
      // A search tries sizes: its round trips beside each other are no picture of the path over time.
      const samples = result.command === 'send' ? roundTrips(facts, PICTURED) : undefined
      return [renderTerminal(result, { ...view, samples })]
    }
  }
}
