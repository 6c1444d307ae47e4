import { usage } from '../../base/error.ts'
import { CHECK_OPTIONS } from '../../jobs/check/options.ts'
import { givenOptions, longFlag } from '../../options/option.ts'
import { FORMATS } from '../../report/formats.ts'
import { parseOption } from '../../options/parse-options.ts'
import { pick } from '../../options/raw-options.ts'
import { REPORT_INTERVAL_OPTION } from '../../options/report-interval.ts'
import type { ReportInterval } from '../progress/interval-reports.ts'
import { reportOnSuite } from '../progress/suite-reports.ts'
import type { Ending, Session, Subcommand } from '../subcommand.ts'

const HELP = `
Examples:
  udptool check                                 check UDP on this machine
  udptool check udptool.yaml                    run the checks of a file
  udptool check udptool.yaml --tag lan --format junit=junit.xml
  udptool check --init host:9000                print a first check file
  udptool check udptool.yaml --init host:9000   write it to this file`

export const CHECK: Subcommand = {
  name: 'check',
  about: 'run a check file, or the built-in sanity suite of this machine',
  operand: [['[file]', 'a check file: .yaml, .yml, .json or .mjs; without one, the checks of this machine']],
  options: { ...CHECK_OPTIONS, reportInterval: REPORT_INTERVAL_OPTION },
  formats: FORMATS,
  quietAbout: 'print only checks that did not pass',
  help: HELP,
  async prepare([file], options) {
    const { init } = pick(options, ['init'])
    parseOption('reportInterval', REPORT_INTERVAL_OPTION, options['reportInterval'])
    if (init !== undefined) return (await import('./check-init.ts')).prepareInit(init, file)
    // Load YAML and the schema only for a file.
    if (file !== undefined) return (await import('./check-file.ts')).prepareSuite(file, options)
    const [unused] = givenOptions(CHECK_OPTIONS, options)
    if (unused !== undefined)
      throw usage(`${longFlag(unused)} needs a check file`, 'name the file: udptool check udptool.yaml')
    const interval = (await import('../progress/interval-reports.ts')).readReportInterval(options)
    return { run: session => sanity(session, interval) }
  },
}

async function sanity(session: Session, interval: ReportInterval | undefined): Promise<Ending> {
  const { runSanity } = await import('../../jobs/check/sanity.ts')
  const { suiteDocument } = await import('../../report/suite-document.ts')
  const { signals, line } = session
  let progress = 'no check done'
  const end = interval === undefined ? undefined : reportOnSuite(interval, session, () => progress)
  const onCheck = (name: string, done: number, total: number): void => {
    progress = `${done} of ${total} checks done · checking: ${name}`
    line.show(`checking: ${name}`)
  }
  try {
    return suiteDocument({ suite: await runSanity({ signal: signals.signal, onCheck }) })
  } finally {
    end?.()
  }
}
