import { printable } from '../../report/text/safe.ts'
import { REMOTE_COMMAND_OPTIONS } from '../../runs/tcp-run/options.ts'
import { rawOptions } from '../../options/raw-options.ts'
import type { Subcommand } from '../subcommand.ts'

const HELP = `
The output is printed as it is, standard output before standard error, and the
exit status is that of the command.

Examples:
  udptool tcp run disk                     "disk" of tcp serve --commands FILE
  udptool tcp run up --to 10.0.0.7:9000 || echo "it failed there"`

export const TCP_RUN: Subcommand = {
  name: 'run',
  about: "run a command from the server's list",
  operand: [['<name>', "the command's name on the server's list"]],
  options: REMOTE_COMMAND_OPTIONS,
  help: HELP,
  async prepare([name = ''], options) {
    const { planRemoteCommand } = await import('../../runs/tcp-run/plan.ts')
    const plan = planRemoteCommand({ name, ...rawOptions(REMOTE_COMMAND_OPTIONS, options) })
    const { runToJson, runToStdout } = await import('../output/remote-output.ts')
    const runTo = options['json'] === true ? runToJson : runToStdout
    return {
      breaksOff: true,
      async run({ signals: { signal }, line }) {
        const { exitCode, reason } = await runTo(plan, name, signal)
        if (reason !== undefined) line.note(`udptool: the command was ended: ${printable(reason)}`)
        return exitCode
      },
    }
  },
}
