import type { Command } from 'commander'
import { TOLERANCE_FLAGS } from '../options/tolerance.ts'
import { addFlags, type Options } from './flags.ts'
import { DIFF_FORMATS, formatFlag } from './formats.ts'

const EXAMPLES = `
A file is a Result (udptool send --json) or a journal (udptool send --journal).
Both have the intervals that every delay gives. The exit status is 1 if anything
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
  addFlags(command, [...TOLERANCE_FLAGS, formatFlag(DIFF_FORMATS)])
  command.addHelpText('after', EXAMPLES)
  command.action(async (a: string, b: string, options: Options) => {
    const { showDiff } = await import('./diff-output.ts')
    done(await showDiff(a, b, options))
  })
}
