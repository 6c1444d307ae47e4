import type { Command } from 'commander'
import { DOCTOR_FLAGS } from '../jobs/doctor/flags.ts'
import { renderDoctor } from '../report/doctor-table.ts'
import { wantsColor } from './color.ts'
import { EXIT, signalStatus } from './exit.ts'
import { addFlags, listOf, pick, type Options } from './flags.ts'
import { LiveLine } from './live-line.ts'
import { deliver, openOutputs } from './outputs.ts'
import { Signals } from './signals.ts'
import { columnsOf } from './streams.ts'

const FLAGS = [
  ...DOCTOR_FLAGS,
  {
    form: '--format <format>',
    about: 'table or json; F=FILE writes a file (repeatable)',
    group: 'Output:',
    repeatable: true,
  },
] as const

const EXAMPLES = `
Examples:
  udptool doctor                                is this host fit for UDP? what costs datagrams, and what to do about it
  udptool doctor --rate 100kpps --pause 200ms   are its buffers large enough for that?
  udptool doctor --quiet                        only what is to mend
  udptool doctor --json                         the same as one JSON document`

/** `udptool doctor` */
export function addDoctorCommand(program: Command, done: (status: number) => void): void {
  const command = program
    .command('doctor')
    .description('look at the UDP of this host: engines, buffers, drops, MTUs, conntrack; nothing is changed')
  addFlags(command, FLAGS)
  command.addHelpText('after', EXAMPLES)
  command.action(async (options: Options) => done(await doctor(options)))
}

async function doctor(options: Options): Promise<number> {
  const outputs = openOutputs(['table', 'json'] as const, listOf(options, 'format'), options['json'] === true)
  const { color = 'auto' } = pick(options, ['color'])
  const colored = wantsColor(color, process.stdout, process.env)
  const { runDoctor } = await import('../jobs/doctor/run.ts')
  const signals = new Signals()
  const line = new LiveLine(process.stderr, options['quiet'] === true)
  try {
    const report = await runDoctor(pick(options, ['rate', 'pause', 'size']), {
      signal: signals.signal,
      onLook: what => line.show(`looking: ${what}`),
    })
    line.clear()
    for (const output of outputs) {
      const text =
        output.format === 'json'
          ? `${JSON.stringify(report, undefined, 2)}\n`
          : renderDoctor(report, {
              width: columnsOf(process.stdout),
              color: colored && output.file === undefined,
              quiet: options['quiet'] === true,
            })
      await deliver(output, [text])
    }
    if (signals.received !== undefined) return signalStatus(signals.received)
    return report.verdict === 'pass' ? EXIT.done : EXIT.failed
  } finally {
    signals.close()
  }
}
