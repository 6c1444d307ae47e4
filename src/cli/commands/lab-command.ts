import { LAB_OPTIONS } from '../../lab/options.ts'
import { DOCUMENT_FORMATS } from '../../report/formats.ts'
import type { Subcommand } from '../subcommand.ts'

const HELP = `
Examples:
  udptool lab                       list the lessons
  udptool lab truncation            run one: claim, observation, reason
  udptool lab sticky-writes --lang zh
  udptool lab all                   run all, one row each; -v explains them
  udptool lab all --json            the same as one JSON document
  sudo udptool lab fragments        needs a network namespace`

export const LAB: Subcommand = {
  name: 'lab',
  about: 'run lessons about sockets on this machine',
  operand: [['[lesson...]', 'names of lessons, or all; none: list them']],
  options: LAB_OPTIONS,
  formats: DOCUMENT_FORMATS,
  quietAbout: 'print only lessons that failed',
  help: HELP,
  prepare: async (names, options) => (await import('./lessons.ts')).prepareLessons(names, options),
}
