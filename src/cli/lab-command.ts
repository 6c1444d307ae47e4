import type { Command } from 'commander'
import { LAB_FLAGS } from '../lab/flags.ts'
import { addFlags, type Options } from './flags.ts'
import { DOCUMENT_FORMATS, formatFlag } from './formats.ts'

const EXAMPLES = `
Examples:
  udptool lab                       the lessons, each a statement about sockets
  udptool lab truncation            one, explained: claim, what was seen, why
  udptool lab sticky-writes --lang zh
  udptool lab all                   the whole course, a row each; -v: explained
  udptool lab all --json            the same as one JSON document
  sudo udptool lab fragments        needs a network namespace`

/** `udptool lab` */
export function addLabCommand(program: Command, done: (status: number) => void): void {
  const command = program
    .command('lab')
    .description('teach sockets by lessons, shown on this machine')
    .argument('[lesson...]', 'names of lessons, or all; none: list them')
  addFlags(command, [...LAB_FLAGS, formatFlag(DOCUMENT_FORMATS)])
  command.addHelpText('after', EXAMPLES)
  command.action(async (names: readonly string[], options: Options) => {
    const { showLab } = await import('./lab-output.ts')
    done(await showLab(names, options))
  })
}
