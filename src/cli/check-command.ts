import type { Command } from 'commander'
import { usage } from '../base/error.ts'
import { CHECK_FLAGS } from '../jobs/check/flags.ts'
import type { Report } from '../report/formats/report.ts'
import { addFlags, pick, type Options } from './flags.ts'
import { formatFlag, FORMATS } from './formats.ts'
import { LiveLine } from './live-line.ts'
import { openOutputs } from './outputs.ts'
import { Signals } from './signals.ts'

const EXAMPLES = `
Examples:
  udptool check                                 that UDP works on this machine
  udptool check udptool.yaml                    the checks of a file
  udptool check udptool.yaml --tag lan --format junit=junit.xml
  udptool check --init host:9000                print a file to begin with
  udptool check udptool.yaml --init host:9000   … or write it there`

/** `udptool check` */
export function addCheckCommand(program: Command, done: (status: number) => void): void {
  const command = program
    .command('check')
    .argument('[file]', 'a check file: .yaml, .yml, .json or .mjs; without one, the checks of this machine')
    .description('run a check file, or the built-in sanity suite of this machine')
  addFlags(command, [...CHECK_FLAGS, formatFlag(FORMATS)])
  command.addHelpText('after', EXAMPLES)
  command.action(async (file: string | undefined, options: Options) => done(await check(file, options)))
}

async function check(file: string | undefined, options: Options): Promise<number> {
  const { init } = pick(options, ['init'])
  if (init !== undefined) {
    const { initCheckFile } = await import('./check-init.ts')
    return initCheckFile(init, file, options)
  }
  if (file === undefined) {
    const idle = ['only', 'tag', 'parallel', 'allowFiles'].find(name => options[name] !== undefined)
    if (idle !== undefined)
      throw usage(
        `--${idle === 'allowFiles' ? 'allow-files' : idle} is for the checks of a file`,
        'name the file: udptool check udptool.yaml',
      )
  }
  const plan = file === undefined ? undefined : await planFile(file, options)
  const outputs = openOutputs(FORMATS, options)
  const { deliverSuite, suiteStatus } = await import('./suite-output.ts')
  const signals = new Signals()
  const line = new LiveLine(process.stderr, options['quiet'] === true)
  try {
    const report = await (plan === undefined ? sanity(signals, line) : plan(signals, line))
    line.clear()
    await deliverSuite(report, outputs)
    return suiteStatus(report.suite, signals.received)
  } finally {
    line.clear()
    signals.close()
  }
}

type Run = (signals: Signals, line: LiveLine) => Promise<Report>

/** The checks of a file, ready to run. YAML and the schema are loaded for it alone. */
async function planFile(file: string, options: Options): Promise<Run> {
  const { prepareSuite } = await import('./check-file.ts')
  return prepareSuite(file, options)
}

async function sanity(signals: Signals, line: LiveLine): Promise<Report> {
  const { runSanity } = await import('../jobs/check/sanity.ts')
  const suite = await runSanity({ signal: signals.signal, onCheck: name => line.show(`checking: ${name}`) })
  return { suite }
}
