import type { Command } from 'commander'
import { DOCTOR_FLAGS } from '../jobs/doctor/flags.ts'
import { EXIT, signalStatus } from './exit.ts'
import { addFlags, pick, type Options } from './flags.ts'
import { DOCUMENT_FORMATS, formatFlag } from './formats.ts'
import { LiveLine } from './live-line.ts'
import { openOutputs } from './outputs.ts'
import { Signals } from './signals.ts'

const EXAMPLES = `
Examples:
  udptool doctor                               what costs datagrams, and why
  udptool doctor --rate 100kpps --pause 200ms  do the buffers hold that?
  udptool doctor --quiet                       only what is to mend
  udptool doctor --json                        the same as one JSON document`

/** `udptool doctor` */
export function addDoctorCommand(program: Command, done: (status: number) => void): void {
  const command = program.command('doctor').description('report host settings and counters that affect UDP (read-only)')
  addFlags(command, [...DOCTOR_FLAGS, formatFlag(DOCUMENT_FORMATS)])
  command.addHelpText('after', EXAMPLES)
  command.action(async (options: Options) => done(await doctor(options)))
}

async function doctor(options: Options): Promise<number> {
  const outputs = openOutputs(DOCUMENT_FORMATS, options)
  const { runDoctor } = await import('../jobs/doctor/run.ts')
  const signals = new Signals()
  const line = new LiveLine(process.stderr, options['quiet'] === true)
  try {
    const report = await runDoctor(pick(options, ['rate', 'pause', 'size']), {
      signal: signals.signal,
      onLook: what => line.show(`looking: ${what}`),
    })
    line.clear()
    const { renderDocument } = await import('../report/formats/json.ts')
    const { renderDoctor } = await import('../report/terminal/doctor-table.ts')
    await outputs.deliver((format, view) => [format === 'json' ? renderDocument(report) : renderDoctor(report, view)])
    if (signals.received !== undefined) return signalStatus(signals.received)
    return report.verdict === 'pass' ? EXIT.done : EXIT.failed
  } finally {
    line.clear()
    signals.close()
  }
}
