import type { Command } from 'commander'
import { renderCheck } from '../report/check-table.ts'
import { wantsColor } from './color.ts'
import { EXIT, signalStatus } from './exit.ts'
import { addFlags, listOf, pick, type Options } from './flags.ts'
import { LiveLine } from './live-line.ts'
import { deliver, openOutputs } from './outputs.ts'
import { Signals } from './signals.ts'
import { columnsOf } from './streams.ts'

const FLAGS = [
  {
    form: '--format <format>',
    about: 'table or json; F=FILE writes a file (repeatable)',
    group: 'Output:',
    repeatable: true,
  },
] as const

const EXAMPLES = `
Examples:
  udptool check          prove, on a server of its own, that UDP works as it should on this machine
  udptool check --json   the same as one JSON document`

/** `udptool check` */
export function addCheckCommand(program: Command, done: (status: number) => void): void {
  const command = program
    .command('check')
    .description('prove that UDP works on this machine: echo, boundaries, sizes, truncation, buffers')
  addFlags(command, FLAGS)
  command.addHelpText('after', EXAMPLES)
  command.action(async (options: Options) => done(await check(options)))
}

async function check(options: Options): Promise<number> {
  const outputs = openOutputs(['table', 'json'] as const, listOf(options, 'format'), options['json'] === true)
  const { color = 'auto' } = pick(options, ['color'])
  const { runSanity } = await import('../jobs/check/sanity.ts')
  const signals = new Signals()
  const line = new LiveLine(process.stderr, options['quiet'] === true)
  try {
    const report = await runSanity({
      signal: signals.signal,
      onCheck: name => line.show(`checking: ${name}`),
    })
    line.clear()
    for (const output of outputs) {
      const text =
        output.format === 'json'
          ? `${JSON.stringify(report, undefined, 2)}\n`
          : renderCheck(report.checks, {
              width: columnsOf(process.stdout),
              color: output.file === undefined && wantsColor(color, process.stdout, process.env),
              quiet: options['quiet'] === true,
              verbose: options['verbose'] === true,
            })
      await deliver(output, [text])
    }
    if (signals.received !== undefined) return signalStatus(signals.received)
    return report.verdict === 'pass' ? EXIT.done : EXIT.failed
  } finally {
    signals.close()
  }
}
