import { usage } from '../base/error.ts'
import { encodeJournal } from '../facts/journal.ts'
import { probeRows, roundTrips } from '../jobs/send/probe-rows.ts'
import { runSend, type SendRun } from '../jobs/send/run.ts'
import type { SendPlan } from '../jobs/send/plan.ts'
import { renderCsv } from '../report/csv.ts'
import { isReportFormat, renderReport, REPORT_FORMAT_NAMES, type ReportFormat } from '../report/formats.ts'
import { renderJson } from '../report/json.ts'
import { renderNdjson } from '../report/ndjson.ts'
import type { Report } from '../report/report.ts'
import { renderTerminal } from '../report/terminal.ts'
import { suiteOfOne } from '../verdict/suite-of-one.ts'
import { wantsColor } from './color.ts'
import { EXIT, signalStatus } from './exit.ts'
import { listOf, pick, type Options } from './flags.ts'
import { tellGithub } from './github-actions.ts'
import { deliver, openFile, openOutputs } from './outputs.ts'
import { ProgressLine } from './progress-line.ts'
import { Signals } from './signals.ts'
import { columnsOf } from './streams.ts'
import { formatAddress } from '../base/address.ts'

const FORMATS = ['table', 'json', 'ndjson', 'csv', ...REPORT_FORMAT_NAMES] as const
type Format = (typeof FORMATS)[number]
/** Round trips that the small pictures of the terminal are drawn from. */
const PICTURED = 4096

/** A run of probes on the command line; returns the exit status. */
export async function sendProbes(plan: SendPlan, options: Options): Promise<number> {
  const { journal, color = 'auto' } = pick(options, ['journal', 'color'])
  const formats = listOf(options, 'format')
  if (plan.probe.summary && (journal !== undefined || formats.some(format => /^(?:csv|ndjson)(?:=|$)/.test(format)))) {
    throw usage(
      '--summary forgets single probes, so there is nothing to list for --journal, csv or ndjson',
      'leave --summary out, or take the table or json',
    )
  }
  const outputs = openOutputs(FORMATS, formats, options['json'] === true)
  const journalFile = journal === undefined ? undefined : openFile(journal, '--journal')
  const colored = wantsColor(color, process.stdout, process.env)
  const quiet = options['quiet'] === true
  const progress = new ProgressLine(plan.probe, process.stderr, wantsColor(color, process.stderr, process.env), quiet)
  const signals = new Signals()
  try {
    const run = await runSend(plan, {
      signal: signals.signal,
      onStart: ({ target, name }) => {
        if (name !== undefined && !quiet) process.stderr.write(`${name} is ${formatAddress(target)}\n`)
      },
      onProgress: facts => progress.show(facts),
    })
    progress.clear()
    if (journalFile !== undefined)
      await deliver({ file: journalFile }, encodeJournal({ facts: run.facts, context: journalContext(run) }))
    const report = reportOf(run)
    for (const output of outputs) {
      const { format } = output
      const text = isReportFormat(format)
        ? await renderReport(format, report)
        : render(format, output.file === undefined && colored, run, options)
      await deliver(output, text)
    }
    await tellGithub(
      report,
      outputs.map(output => output.format),
    )
    if (signals.received !== undefined) return signalStatus(signals.received)
    return run.result.verdict === 'pass' ? EXIT.done : EXIT.failed
  } finally {
    progress.clear()
    signals.close()
  }
}

/** The run as a suite of one, and its probes where they are still known one by one. */
function reportOf({ result, facts, analysis }: SendRun): Report {
  return { suite: suiteOfOne(result), probes: facts.plan.summary ? undefined : () => probeRows(facts, analysis) }
}

function render(
  format: Exclude<Format, ReportFormat>,
  color: boolean,
  run: SendRun,
  options: Options,
): Iterable<string> {
  switch (format) {
    case 'json':
      return [renderJson(run.result)]
    case 'ndjson':
      return renderNdjson(probeRows(run.facts, run.analysis))
    case 'csv':
      return renderCsv(probeRows(run.facts, run.analysis))
    default:
      return [
        renderTerminal(run.result, {
          width: columnsOf(process.stdout),
          color,
          quiet: options['quiet'] === true,
          verbose: options['verbose'] === true,
          samples: roundTrips(run.facts, PICTURED),
        }),
      ]
  }
}

/** What the Result says beside the facts, so that a journal gives the same Result again. */
function journalContext({ result }: SendRun): Record<string, unknown> {
  const { command, host, target, options, startedAt, tool } = result
  return {
    command,
    host,
    target,
    options,
    startedAt,
    version: tool.version,
    expect: result.expectations.map(one => one.expr),
  }
}
