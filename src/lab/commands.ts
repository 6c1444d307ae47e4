import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

export type CommandName = 'long' | 'short'

/**
 * The commands of the ssh-like server, by name: this Node version, 4000 bytes of output, 6 bytes. Input from a client is never executed.
 */
export const COMMANDS: Readonly<Record<CommandName, readonly string[]>> = {
  long: [
    process.execPath,
    '-e',
    `for (let i = 1; i <= 125; i++) process.stdout.write('line ' + String(i).padStart(3, '0') + ' of a long output .....\\n')`,
  ],
  short: [process.execPath, '-e', `process.stdout.write('short\\n')`],
}

/** The output of a command. */
export async function outputOf(name: CommandName): Promise<string> {
  const [program = '', ...args] = COMMANDS[name]
  return (await run(program, args)).stdout
}
