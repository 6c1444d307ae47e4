import { parseTolerance, TOLERANCE_OPTIONS } from '../../options/tolerance.ts'
import { DIFF_FORMATS } from '../../report/formats.ts'
import { rawOptions } from '../../options/raw-options.ts'
import type { Subcommand } from '../subcommand.ts'

const HELP = `
A file is a Result (udptool send --json) or a journal (udptool send --journal).
Both have the confidence interval of every delay. The exit status is 1 if
anything is worse by more than noise.

Examples:
  udptool diff before.journal after.journal
  udptool diff --tolerance 50% before.json after.json   delays may grow by half
  udptool diff before.json - < after.json --format junit=diff.xml`

export const DIFF: Subcommand = {
  name: 'diff',
  about: 'compare two saved runs and report what is worse',
  operand: [
    ['<a>', 'the run to compare with: a saved Result or journal; - is standard input'],
    ['<b>', 'the run that may be worse'],
  ],
  options: TOLERANCE_OPTIONS,
  formats: DIFF_FORMATS,
  quietAbout: 'print only the verdict, and what is worse',
  help: HELP,
  async prepare([fileA = '', fileB = ''], options) {
    const tolerance = parseTolerance(rawOptions(TOLERANCE_OPTIONS, options))
    const { comparedRun } = await import('../../jobs/compared-run.ts')
    const { readSavedInput } = await import('./saved-input.ts')
    const a = comparedRun(await readSavedInput(fileA))
    const b = comparedRun(await readSavedInput(fileB))
    return {
      async run() {
        const { compareRuns } = await import('../../verdict/compare/compare-runs.ts')
        const { suiteOfDiff } = await import('../../verdict/compare/diff-suite.ts')
        const { renderDiff } = await import('../../report/terminal/diff-table.ts')
        const diff = compareRuns(a, b, tolerance)
        const report = { suite: suiteOfDiff(diff, b.result) }
        return { content: diff, table: view => [renderDiff(diff, view)], report, verdict: diff.verdict }
      },
    }
  },
}
