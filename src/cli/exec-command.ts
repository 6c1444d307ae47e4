import type { Command } from 'commander'
import { formatAddress } from '../base/address.ts'
import { usage } from '../base/error.ts'
import { EXEC_FLAGS } from '../jobs/exec/flags.ts'
import { signalStatus } from './exit.ts'
import { addFlags, pick, type Options } from './flags.ts'
import { OutputFiles } from './output-files.ts'
import { Signals } from './signals.ts'
import { write } from './streams.ts'

const EXAMPLES = `
The command finds UDPTOOL_HOST, UDPTOOL_PORT and UDPTOOL_TARGET (host:port) in
its environment. The exit status is its own.

Examples:
  udptool exec -- npm test                             a server on a free port
  udptool exec --recv-size 1024 -- ./client.py         … that cuts at 1024 bytes
  udptool exec --relay drop=5% --seed 7 -- npm test    … behind a relay
  udptool exec -- sh -c 'udptool send --to $UDPTOOL_TARGET'`

/** `udptool exec` */
export function addExecCommand(program: Command, done: (status: number) => void): void {
  const command = program
    .command('exec')
    .argument('<command...>', 'what to run, without a shell; -- before it keeps its flags apart')
    .description('run a command with a server and relay of its own')
    .passThroughOptions()
  addFlags(command, EXEC_FLAGS)
  command.addHelpText('after', EXAMPLES)
  command.action(async (words: readonly string[], options: Options) => done(await exec(words, options)))
}

async function exec(words: readonly string[], options: Options): Promise<number> {
  if (options['json'] === true)
    throw usage(
      'standard output belongs to the command, so --json has no place there',
      'add --truth FILE for what a relay did',
    )
  const { planExec } = await import('../jobs/exec/plan.ts')
  const plan = planExec(options)
  const { truth } = pick(options, ['truth'])
  const file = truth === undefined ? undefined : new OutputFiles().open(truth, '--truth')
  const { startCompanions } = await import('../jobs/exec/companions.ts')
  const { runChild } = await import('./child-process.ts')
  const signals = new Signals()
  try {
    const companions = await startCompanions(plan)
    const verbose = options['verbose'] === true
    try {
      if (verbose) await write(process.stderr, `udptool: UDPTOOL_TARGET=${formatAddress(companions.address)}\n`)
      if (signals.received !== undefined) return signalStatus(signals.received)
      return await runChild(words, companions.environment, signals)
    } finally {
      await companions.close()
      const { served } = companions
      if (verbose && served !== undefined)
        await write(process.stderr, `udptool: ${served.received} received, ${served.replied} replied\n`)
      await file?.write([`${JSON.stringify(companions.truth(), undefined, 2)}\n`])
    }
  } finally {
    signals.close()
  }
}
