import { usage } from '../../base/error.ts'
import type { Document } from '../../report/document.ts'
import { queryDocument } from '../../report/query-document.ts'
import { resultDocument } from '../../report/result-document.ts'
import { suiteDocument } from '../../report/suite-document.ts'
import type { Saved } from '../../runs/saved-document.ts'
import { mergeSuites } from '../../verdict/suite/merged-suite.ts'
import type { Options } from '../../options/raw-options.ts'
import { listsProbes } from '../output/format-option.ts'
import { runDocument } from './run-document.ts'
import { readSavedInput } from './saved-input.ts'
import type { Prepared } from '../subcommand.ts'

/** Renders saved documents again. */
export async function prepareReport(files: readonly string[], options: Options): Promise<Prepared> {
  if (files.filter(file => file === '-').length > 1) throw usage('standard input can be read once', 'give - once')
  const saved: Saved[] = []
  for (const file of files) saved.push(await readSavedInput(file))
  const [first, ...others] = saved
  if (first === undefined) throw usage('there is no file to report', 'name a saved Result, journal, query or suite')
  const document = others.length === 0 ? documentOf(first) : suiteDocument({ suite: mergeSuites([first, ...others]) })
  if (document.csv === undefined && listsProbes(options))
    throw usage(
      'csv and ndjson list the probes of a run, which only its journal knows',
      'give the journal (send --journal)',
    )
  // Without the verdict of the runs, because this command only shows them.
  return { run: async () => ({ ...document, verdict: undefined }) }
}

function documentOf(saved: Saved): Document {
  switch (saved.kind) {
    case 'suite':
      return suiteDocument(saved)
    case 'query':
      return queryDocument(saved.query)
    case 'journal':
      return runDocument(saved)
    default:
      return resultDocument(saved.result)
  }
}
