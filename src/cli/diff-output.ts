import { comparedRun } from '../jobs/compared-run.ts'
import { parseTolerance } from '../options/tolerance.ts'
import { renderDiff } from '../report/terminal/diff-table.ts'
import { isReportFormat } from '../report/formats/formats.ts'
import { renderDocument } from '../report/formats/json.ts'
import { compareRuns } from '../verdict/compare/compare-runs.ts'
import { suiteOfDiff } from '../verdict/compare/diff-suite.ts'
import { renderedReport } from './rendered-report.ts'
import { settleAll } from './settle-all.ts'
import { EXIT } from './exit.ts'
import { pick, type Options } from './flags.ts'
import { DIFF_FORMATS } from './formats.ts'
import { reportToGithub } from './github-actions.ts'
import { openOutputs } from './outputs.ts'
import { readSavedInput } from './saved-input.ts'

/** Compares two saved runs in every format that was asked for; returns the exit status. */
export async function showDiff(fileA: string, fileB: string, options: Options): Promise<number> {
  const tolerance = parseTolerance(pick(options, ['tolerance', 'lossTolerance']))
  const a = comparedRun(await readSavedInput(fileA))
  const b = comparedRun(await readSavedInput(fileB))
  const outputs = openOutputs(DIFF_FORMATS, options)
  const document = compareRuns(a, b, tolerance)
  const report = { suite: suiteOfDiff(document, b.result) }
  await settleAll([
    () =>
      outputs.deliver((format, view) => {
        if (isReportFormat(format)) return renderedReport(format, report)
        return [format === 'json' ? renderDocument(document) : renderDiff(document, view)]
      }),
    () => reportToGithub(report, outputs.formats),
  ])
  return document.verdict === 'pass' ? EXIT.done : EXIT.failed
}
