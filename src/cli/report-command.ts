import type { Command } from 'commander'
import { addFlags, type Options } from './flags.ts'
import { formatFlag, FORMATS } from './formats.ts'

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
  command.action(async (files: readonly string[], options: Options) => {
    const { showSaved } = await import('./report-output.ts')
    done(await showSaved(files, options))
  })
}
