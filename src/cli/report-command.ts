import { FORMATS } from '../report/formats.ts'
import type { Subcommand } from './subcommand.ts'

const HELP = `
A file is a Result (udptool send --json), a journal (udptool send --journal) or
a suite (udptool check --json). Several become one suite: a check for each run,
and every check of each suite. Nothing is added up. The exit status is 0,
whatever the runs' verdicts were.

Examples:
  udptool report run.journal                    the table, as the run printed it
  udptool report run.journal --format csv       a row a probe; of a suite, a check
  udptool report a.json b.json suite.json --format junit=report.xml
  udptool send --json | udptool report - --format markdown`

export const REPORT: Subcommand = {
  name: 'report',
  about: 'show saved runs again, in any format',
  operand: [['<file...>', 'saved Results, journals or suites; - is standard input']],
  options: {},
  formats: FORMATS,
  help: HELP,
  prepare: async (files, options) => (await import('./saved-report.ts')).prepareReport(files, options),
}
