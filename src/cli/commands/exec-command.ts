import { usage } from '../../base/error.ts'
import { EXEC_OPTIONS } from '../../jobs/exec/options.ts'
import type { Subcommand } from '../subcommand.ts'

const HELP = `
The environment of the command has UDPTOOL_HOST, UDPTOOL_PORT and UDPTOOL_TARGET
(host:port). The exit status is that of the command.

Examples:
  udptool exec -- npm test                           a server on a free port
  udptool exec --recv-size 1024 -- ./client.py       a server that reads 1 kB
  udptool exec --relay drop=5% --seed 7 -- npm test  a relay before the server
  udptool exec -- sh -c 'udptool send --to $UDPTOOL_TARGET'`

export const EXEC: Subcommand = {
  name: 'exec',
  about: 'run a command with its own server and relay',
  operand: [['<command...>', 'command to run, without a shell; write -- before it']],
  options: EXEC_OPTIONS,
  help: HELP,
  passesOptions: true,
  async prepare(words, options) {
    if (options['json'] === true)
      throw usage(
        '--json cannot be used: standard output belongs to the command',
        'use --truth FILE for the record of the relay',
      )
    return (await import('./child-run.ts')).prepareChild(words, options)
  },
}
