import { usage } from '../base/error.ts'
import type { Saved } from '../runs/saved-document.ts'
import { probeRows, roundTrips } from '../runs/send/probe-rows.ts'
import { renderCsv } from '../report/formats/csv.ts'
import { isReportFormat } from '../report/formats/formats.ts'
import { renderDocument } from '../report/formats/json.ts'
import { renderNdjson } from '../report/formats/ndjson.ts'
import type { Report } from '../report/formats/report.ts'
import { renderTerminal } from '../report/terminal/terminal.ts'
import type { View } from '../report/text/view.ts'
import { mergeSuites } from '../verdict/suite/merged-suite.ts'
import type { ProbeRow } from '../verdict/probe-row.ts'
import type { Result } from '../verdict/result.ts'
import type { Suite } from '../verdict/suite/suite.ts'
import { suiteOfOne } from '../verdict/suite/suite-of-one.ts'
import { renderedReport } from './rendered-report.ts'
import { EXIT } from './exit.ts'
import type { Options } from './flags.ts'
import { FORMATS, listsProbes, type OwnFormat } from './formats.ts'
import { openOutputs } from './outputs.ts'
import { PICTURED } from './run-output.ts'
import { readSavedInput } from './saved-input.ts'
import { renderSuite } from './suite-output.ts'

/** Renders saved documents again, in every format that was asked for; returns the exit status. */
export async function showSaved(files: readonly string[], options: Options): Promise<number> {
  if (files.filter(file => file === '-').length > 1) throw usage('standard input can be read once', 'give - once')
  const saved: Saved[] = []
  for (const file of files) saved.push(await readSavedInput(file))
  const [first, ...others] = saved
  if (first === undefined) throw usage('there is no file to report', 'name a saved Result, journal or suite')
  const shown = others.length === 0 ? alone(first) : suiteShown(mergeSuites([first, ...others]))
  if (!shown.hasRows && listsProbes(options))
    throw usage(
      'csv and ndjson list the probes of a run, which only its journal knows',
      'give the journal (send --journal)',
    )
  const outputs = openOutputs(FORMATS, options)
  await outputs.deliver((format, view) =>
    isReportFormat(format) ? renderedReport(format, shown) : shown.own(format, view),
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
