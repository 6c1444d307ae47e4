import type { Command } from 'commander'
import { usage } from '../base/error.ts'
import type { Saved } from '../jobs/saved-document.ts'
import { probeRows, roundTrips } from '../jobs/send/probe-rows.ts'
import { renderCsv } from '../report/csv.ts'
import { isReportFormat, renderReport } from '../report/formats.ts'
import { renderDocument } from '../report/json.ts'
import { renderNdjson } from '../report/ndjson.ts'
import type { Report } from '../report/report.ts'
import { renderTerminal } from '../report/terminal.ts'
import type { View } from '../report/view.ts'
import { mergeSuites } from '../verdict/merged-suite.ts'
import type { ProbeRow } from '../verdict/probe-row.ts'
import type { Result } from '../verdict/result.ts'
import type { Suite } from '../verdict/suite.ts'
import { suiteOfOne } from '../verdict/suite-of-one.ts'
import { EXIT } from './exit.ts'
import { addFlags, listOf, type Options } from './flags.ts'
import { formatFlag, FORMATS, type OwnFormat } from './formats.ts'
import { openOutputs } from './outputs.ts'
import { readSavedInput } from './saved-input.ts'
import { renderSuite } from './suite-output.ts'

/** Round trips that the small pictures of the terminal are drawn from. */
const PICTURED = 4096

const EXAMPLES = `
A file is a Result (udptool send --json), a journal (udptool send --journal) or
a suite (udptool check --json). Several become one suite: a check for each run,
and every check of each suite. Nothing is added up. The exit status is 0,
whatever the runs' verdicts were.

Examples:
  udptool report run.journal                    the table, as the run printed it
  udptool report run.journal --format csv       a row a probe; of a suite, a check
  udptool report a.json b.json suite.json --format junit=report.xml
  udptool send --json | udptool report - --format markdown`

/** `udptool report` */
export function addReportCommand(program: Command, done: (status: number) => void): void {
  const command = program
    .command('report')
    .argument('<file...>', 'saved Results, journals or suites; - is standard input')
    .description('show saved runs again, in any format')
  addFlags(command, [formatFlag(FORMATS)])
  command.addHelpText('after', EXAMPLES)
  command.action(async (files: readonly string[], options: Options) => done(await report(files, options)))
}

async function report(files: readonly string[], options: Options): Promise<number> {
  if (files.filter(file => file === '-').length > 1) throw usage('standard input can be read once', 'give - once')
  const saved: Saved[] = []
  for (const file of files) saved.push(await readSavedInput(file))
  const [first, ...others] = saved
  if (first === undefined) throw usage('there is no file to report', 'name a saved Result, journal or suite')
  const shown = others.length === 0 ? alone(first) : suiteShown(mergeSuites([first, ...others]))
  const formats = listOf(options, 'format')
  if (!shown.hasRows && formats.some(format => /^(?:csv|ndjson)(?:=|$)/.test(format)))
    throw usage(
      'csv and ndjson list the probes of a run, which only its journal knows',
      'give the journal (send --journal)',
    )
  const outputs = openOutputs(FORMATS, options)
  await outputs.deliver((format, view) =>
    isReportFormat(format) ? renderReport(format, shown) : shown.own(format, view),
  )
  return EXIT.done
}

/** What is rendered: as a suite, and in the formats that a run and a suite have each of their own. */
interface Shown extends Report {
  readonly own: (format: OwnFormat, view: View) => Iterable<string>
  /** Whether it has rows, for csv and ndjson: the checks of a suite, or the probes of a run, which a Result has not. */
  readonly hasRows: boolean
}

function alone(saved: Saved): Shown {
  if (saved.kind === 'suite') return suiteShown(saved.suite)
  const { result } = saved
  const suite = suiteOfOne(result)
  if (saved.kind === 'result' || saved.facts.plan.summary)
    return { suite, hasRows: false, own: (format, view) => renderRun(format, view, result) }
  const { facts, analysis } = saved
  const samples = roundTrips(facts, PICTURED)
  const probes = (): Iterable<ProbeRow> => probeRows(facts, analysis)
  return {
    suite,
    probes,
    hasRows: true,
    own: (format, view) => renderRun(format, { ...view, samples }, result, probes),
  }
}

function suiteShown(suite: Suite): Shown {
  return { suite, hasRows: true, own: (format, view) => renderSuite(format, suite, view) }
}

function renderRun(
  format: OwnFormat,
  view: View,
  result: Result,
  probes: () => Iterable<ProbeRow> = () => [],
): Iterable<string> {
  switch (format) {
    case 'json':
      return [renderDocument(result)]
    case 'csv':
      return renderCsv(probes())
    case 'ndjson':
      return renderNdjson(probes())
    default:
      return [renderTerminal(result, view)]
  }
}
