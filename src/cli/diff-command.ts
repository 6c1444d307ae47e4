import type { Command } from 'commander'
import { comparedRun } from '../jobs/compared-run.ts'
import { parseTolerance, TOLERANCE_FLAGS } from '../jobs/tolerance.ts'
import { renderDiff } from '../report/diff-table.ts'
import { isReportFormat, renderReport, REPORT_FORMAT_NAMES } from '../report/formats.ts'
import { renderDocument } from '../report/json.ts'
import { compareRuns } from '../verdict/compare-runs.ts'
import { suiteOfDiff } from '../verdict/diff-suite.ts'
import { readSavedInput } from './saved-input.ts'
import { EXIT } from './exit.ts'
import { addFlags, pick, type Options } from './flags.ts'
import { formatFlag } from './formats.ts'
import { tellGithub } from './github-actions.ts'
import { openOutputs } from './outputs.ts'

const FORMATS = ['table', 'json', ...REPORT_FORMAT_NAMES] as const

const EXAMPLES = `
A file is a Result (udptool send --json) or a journal (udptool send --journal).
A journal knows every delay, so it tells more. The exit status is 1 if anything
is worse by more than noise.

Examples:
  udptool diff before.journal after.journal
  udptool diff --tolerance 50% before.json after.json   delays may grow by half
  udptool diff before.json - < after.json --format junit=diff.xml`

/** `udptool diff` */
export function addDiffCommand(program: Command, done: (status: number) => void): void {
  const command = program
    .command('diff')
    .argument('<a>', 'the run to compare with: a saved Result or journal; - is standard input')
    .argument('<b>', 'the run that may be worse')
    .description('compare two saved runs, and say what is worse')
  addFlags(command, [...TOLERANCE_FLAGS, formatFlag(FORMATS)])
  command.addHelpText('after', EXAMPLES)
  command.action(async (a: string, b: string, options: Options) => done(await diff(a, b, options)))
}

async function diff(fileA: string, fileB: string, options: Options): Promise<number> {
  const tolerance = parseTolerance(pick(options, ['tolerance', 'lossTolerance']))
  const a = comparedRun(await readSavedInput(fileA))
  const b = comparedRun(await readSavedInput(fileB))
  const outputs = openOutputs(FORMATS, options)
  const document = compareRuns(a, b, tolerance)
  const report = { suite: suiteOfDiff(document, b.result) }
  await outputs.deliver((format, view) => {
    if (isReportFormat(format)) return renderReport(format, report)
    return [format === 'json' ? renderDocument(document) : renderDiff(document, view)]
  })
  await tellGithub(report, outputs.formats)
  return document.verdict === 'pass' ? EXIT.done : EXIT.failed
}
