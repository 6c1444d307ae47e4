import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

export type CommandName = 'long' | 'short'

/**
 * The commands of the imitation of ssh, by name: this Node with a program of ours, one of 4000 bytes of output, one of 6. Nothing that a
 * client sends is ever run.
 */
export const COMMANDS: Readonly<Record<CommandName, readonly string[]>> = {
  long: [
    process.execPath,
    '-e',
    `for (let i = 1; i <= 125; i++) process.stdout.write('line ' + String(i).padStart(3, '0') + ' of a long output .....\\n')`,
  ],
  short: [process.execPath, '-e', `process.stdout.write('short\\n')`],
}

/** What a command prints. */
export async function outputOf(name: CommandName): Promise<string> {
  const [program = '', ...args] = COMMANDS[name]
  return (await run(program, args)).stdout
}
