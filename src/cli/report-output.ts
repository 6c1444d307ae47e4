import { usage } from '../base/error.ts'
import type { Saved } from '../jobs/saved-document.ts'
import { probeRows, roundTrips } from '../jobs/send/probe-rows.ts'
import { renderCheck } from '../report/check-table.ts'
import { renderCsv } from '../report/csv.ts'
import { isReportFormat, renderReport } from '../report/formats.ts'
import { renderDocument } from '../report/json.ts'
import { renderNdjson } from '../report/ndjson.ts'
import type { Report } from '../report/report.ts'
import { renderTerminal } from '../report/terminal.ts'
import type { View } from '../report/view.ts'
import { mergeSuites } from '../verdict/merged-suite.ts'
import type { ProbeRow } from '../verdict/probe-row.ts'
import type { Suite } from '../verdict/suite.ts'
import { suiteOfOne } from '../verdict/suite-of-one.ts'
import { EXIT } from './exit.ts'
import type { Options } from './flags.ts'
import { FORMATS, listsProbes, type OwnFormat } from './formats.ts'
import { openOutputs } from './outputs.ts'
import { PICTURED } from './run-output.ts'
import { readSavedInput } from './saved-input.ts'

/** Renders saved documents again, in every format that was asked for; returns the exit status. */
export async function showSaved(files: readonly string[], options: Options): Promise<number> {
  if (files.filter(file => file === '-').length > 1) throw usage('standard input can be read once', 'give - once')
  const saved: Saved[] = []
  for (const file of files) saved.push(await readSavedInput(file))
  const [first, ...others] = saved
  if (first === undefined) throw usage('there is no file to report', 'name a saved Result, journal or suite')
  const shown = others.length === 0 ? alone(first) : suiteShown(mergeSuites([first, ...others]))
  if (shown.probes === undefined && listsProbes(options))
    throw usage(
      'csv and ndjson list the probes of one run, which only its journal knows',
      'give one journal (send --journal)',
    )
  const outputs = openOutputs(FORMATS, options)
  await outputs.deliver((format, view) =>
    isReportFormat(format) ? renderReport(format, shown) : render(format, shown, view),
  )
  return EXIT.done
}

/** What is rendered: the document as it is, as a table, and as a suite. */
interface Shown extends Report {
  readonly document: unknown
  readonly table: (view: View) => string
  /** Round trips in ms for the pictures of the table. */
  readonly samples?: readonly number[]
  /** The probes of a journal, which is of one run. */
  readonly probes?: () => Iterable<ProbeRow>
}

function alone(saved: Saved): Shown {
  if (saved.kind === 'suite') return suiteShown(saved.suite)
  const { result } = saved
  const shown = { document: result, suite: suiteOfOne(result), table: (view: View) => renderTerminal(result, view) }
  if (saved.kind === 'result' || saved.facts.plan.summary) return shown
  const { facts, analysis } = saved
  return { ...shown, samples: roundTrips(facts, PICTURED), probes: () => probeRows(facts, analysis) }
}

function suiteShown(suite: Suite): Shown {
  return { document: suite, suite, table: view => renderCheck(suite.checks, view, suite.interrupted) }
}

function render(format: OwnFormat, shown: Shown, view: View): Iterable<string> {
  switch (format) {
    case 'json':
      return [renderDocument(shown.document)]
    case 'csv':
      return renderCsv(shown.probes?.() ?? [])
    case 'ndjson':
      return renderNdjson(shown.probes?.() ?? [])
    default:
      return [shown.table({ ...view, samples: shown.samples })]
  }
}
