import { usage } from '../base/error.ts'
import { EXEC_OPTIONS } from '../jobs/exec/options.ts'
import type { Subcommand } from './subcommand.ts'

const HELP = `
The command finds UDPTOOL_HOST, UDPTOOL_PORT and UDPTOOL_TARGET (host:port) in
its environment. The exit status is its own.

Examples:
  udptool exec -- npm test                             a server on a free port
  udptool exec --recv-size 1024 -- ./client.py         … that cuts at 1024 bytes
  udptool exec --relay drop=5% --seed 7 -- npm test    … behind a relay
  udptool exec -- sh -c 'udptool send --to $UDPTOOL_TARGET'`

export const EXEC: Subcommand = {
  name: 'exec',
  about: 'run a command with a server and relay of its own',
  operand: [['<command...>', 'what to run, without a shell; -- before it keeps its flags apart']],
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
