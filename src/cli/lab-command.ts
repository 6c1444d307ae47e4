import { LAB_OPTIONS } from '../lab/options.ts'
import { DOCUMENT_FORMATS } from '../report/formats.ts'
import type { Subcommand } from './subcommand.ts'

const HELP = `
Examples:
  udptool lab                       the lessons, each a statement about sockets
  udptool lab truncation            one, explained: claim, what was seen, why
  udptool lab sticky-writes --lang zh
  udptool lab all                   the whole course, a row each; -v: explained
  udptool lab all --json            the same as one JSON document
  sudo udptool lab fragments        needs a network namespace`

export const LAB: Subcommand = {
  name: 'lab',
  about: 'teach sockets by lessons, shown on this machine',
  operand: [['[lesson...]', 'names of lessons, or all; none: list them']],
  options: LAB_OPTIONS,
  formats: DOCUMENT_FORMATS,
  help: HELP,
  prepare: async (names, options) => (await import('./lessons.ts')).prepareLessons(names, options),
}
