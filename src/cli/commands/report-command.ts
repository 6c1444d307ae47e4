import { FORMATS } from '../../report/formats.ts'
import type { Subcommand } from '../subcommand.ts'

const HELP = `
A file is a Result (udptool send --json), a journal (udptool send --journal), a
query (udptool query --json) or a suite (udptool check --json). Several files
become one suite: one check per run, and every check of each suite. Counts are
not added up. The exit status is 0, whatever the verdicts are.

Examples:
  udptool report run.journal                  print the table again
  udptool report run.journal --format csv     one row per probe, or per check
  udptool report a.json b.json suite.json --format junit=report.xml
  udptool send --json | udptool report - --format markdown`

export const REPORT: Subcommand = {
  name: 'report',
  about: 'render saved runs in any format',
  operand: [['<file...>', 'saved Results, journals, queries or suites; - is standard input']],
  options: {},
  formats: FORMATS,
  quietAbout: 'print only the verdict, and what failed',
  help: HELP,
  prepare: async (files, options) => (await import('./saved-report.ts')).prepareReport(files, options),
}
