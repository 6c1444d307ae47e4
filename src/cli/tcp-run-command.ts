import type { Command } from 'commander'
import { REMOTE_COMMAND_FLAGS } from '../runs/tcp-run/flags.ts'
import type { RemoteCommandPlan } from '../runs/tcp-run/plan.ts'
import type { RemoteCommandEnd } from '../runs/tcp-run/run.ts'
import { renderDocument } from '../report/formats/json.ts'
import { printable } from '../report/text/safe.ts'
import { signalStatus } from './exit.ts'
import { addFlags, familyOf, pick, type Options } from './flags.ts'
import { Signals } from './signals.ts'
import { write } from './streams.ts'

const EXAMPLES = `
The output is printed as it is, standard output before standard error, and the
exit status is that of the command.

Examples:
  udptool tcp run disk                     "disk" of tcp serve --commands FILE
  udptool tcp run up --to 10.0.0.7:9000 || echo "it failed there"`

/** `udptool tcp run` */
export function addTcpRunCommand(group: Command, done: (status: number) => void): void {
  const command = group
    .command('run')
    .argument('<name>', "the command's name on the server's list")
    .description('have a server run a command of its list')
  addFlags(command, REMOTE_COMMAND_FLAGS)
  command.addHelpText('after', EXAMPLES)
  command.action(async (name: string, options: Options) => done(await run(name, options)))
}

async function run(name: string, options: Options): Promise<number> {
  const { planRemoteCommand } = await import('../runs/tcp-run/plan.ts')
  const plan = planRemoteCommand({ name, ...pick(options, ['to', 'timeout']), ...familyOf(options) })
  const signals = new Signals()
  try {
    const { exitCode, reason } =
      options['json'] === true ? await runToJson(plan, name, signals.signal) : await runToStdout(plan, signals.signal)
    if (reason !== undefined && options['quiet'] !== true)
      await write(process.stderr, `udptool: the command was ended: ${printable(reason)}\n`)
    return exitCode
  } catch (error) {
    if (signals.received !== undefined) return signalStatus(signals.received)
    throw error
  } finally {
    signals.close()
  }
}

async function runToStdout(plan: RemoteCommandPlan, signal: AbortSignal): Promise<RemoteCommandEnd> {
  const { runRemoteCommand } = await import('../runs/tcp-run/run.ts')
  return runRemoteCommand(plan, { signal, onOutput: async bytes => void (await write(process.stdout, bytes)) })
}

/** One document; output that is not UTF-8 is told in base64. */
async function runToJson(plan: RemoteCommandPlan, name: string, signal: AbortSignal): Promise<RemoteCommandEnd> {
  const { collectCommand } = await import('../runs/tcp-run/run-command.ts')
  const { output, ...end } = await collectCommand(plan, { signal })
  const text = Buffer.from(output).toString()
  const whole = Buffer.from(text).equals(output)
  const told = whole ? { output: text } : { output: Buffer.from(output).toString('base64'), encoding: 'base64' }
  const document = { command: 'tcp run', name, ...end, ...told }
  await write(process.stdout, renderDocument(document))
  return end
}
