import type { Command } from 'commander'
import { comparedRun } from '../jobs/compared-run.ts'
import { parseTolerance, TOLERANCE_FLAGS } from '../jobs/tolerance.ts'
import { renderDiff } from '../report/diff-table.ts'
import { isReportFormat, renderReport, REPORT_FORMAT_NAMES } from '../report/formats.ts'
import { renderDocument } from '../report/json.ts'
import { compareRuns } from '../verdict/compare-runs.ts'
import type { Diff } from '../verdict/diff.ts'
import { suiteOfDiff } from '../verdict/diff-suite.ts'
import { wantsColor } from './color.ts'
import { readSavedInput } from './saved-input.ts'
import { EXIT } from './exit.ts'
import { addFlags, listOf, pick, type Options } from './flags.ts'
import { tellGithub } from './github-actions.ts'
import { deliver, openOutputs } from './outputs.ts'
import { columnsOf } from './streams.ts'

const FORMATS = ['table', 'json', ...REPORT_FORMAT_NAMES] as const

const FLAGS = [
  ...TOLERANCE_FLAGS,
  {
    form: '--format <format>',
    about: `${FORMATS.join(', ')}; F=FILE writes a file (repeatable)`,
    group: 'Output:',
    repeatable: true,
  },
]

const EXAMPLES = `
A file is a Result (udptool send --json) or a journal (udptool send --journal). A journal knows every delay, so it tells more.

Examples:
  udptool diff before.journal after.journal            what is worse, by more than noise; exit status 1 if anything is
  udptool diff --tolerance 50% before.json after.json  delays may grow by half
  udptool diff before.json - < after.json --format junit=diff.xml`

/** `udptool diff` */
export function addDiffCommand(program: Command, done: (status: number) => void): void {
  const command = program
    .command('diff')
    .argument('<a>', 'the run to compare with: a saved Result or journal; - is standard input')
    .argument('<b>', 'the run that may be worse')
    .description('compare two saved runs: what is worse, and whether the samples can tell')
  addFlags(command, FLAGS)
  command.addHelpText('after', EXAMPLES)
  command.action(async (a: string, b: string, options: Options) => done(await diff(a, b, options)))
}

async function diff(fileA: string, fileB: string, options: Options): Promise<number> {
  const tolerance = parseTolerance(pick(options, ['tolerance', 'lossTolerance']))
  const a = comparedRun(await readSavedInput(fileA))
  const b = comparedRun(await readSavedInput(fileB))
  const outputs = openOutputs(FORMATS, listOf(options, 'format'), options['json'] === true)
  const document = compareRuns(a, b, tolerance)
  const report = { suite: suiteOfDiff(document, b.result) }
  const { color = 'auto' } = pick(options, ['color'])
  for (const output of outputs) {
    const { format, file } = output
    const colored = file === undefined && wantsColor(color, process.stdout, process.env)
    if (isReportFormat(format)) await deliver(output, await renderReport(format, report))
    else await deliver(output, [format === 'json' ? renderDocument(document) : table(document, colored, options)])
  }
  await tellGithub(
    report,
    outputs.map(output => output.format),
  )
  return document.verdict === 'pass' ? EXIT.done : EXIT.failed
}

function table(document: Diff, color: boolean, options: Options): string {
  return renderDiff(document, {
    width: columnsOf(process.stdout),
    color,
    quiet: options['quiet'] === true,
    verbose: options['verbose'] === true,
  })
}
