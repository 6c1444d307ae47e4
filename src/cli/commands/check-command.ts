import { usage } from '../../base/error.ts'
import { folderFile } from '../../jobs/check/folder-file.ts'
import { CHECK_OPTIONS } from '../../jobs/check/options.ts'
import { givenOptions, longFlag } from '../../options/option.ts'
import { FORMATS } from '../../report/formats.ts'
import { parseOption } from '../../options/parse-options.ts'
import { type Options, pick } from '../../options/raw-options.ts'
import { REPORT_INTERVAL_OPTION } from '../../options/report-interval.ts'
import type { ReportInterval } from '../progress/interval-reports.ts'
import { reportOnSuite } from '../progress/suite-reports.ts'
import type { Ending, Prepared, Session, Subcommand } from '../subcommand.ts'

const HELP = `
Examples:
  udptool check                                 run udptool.yaml if there is one
  udptool check --self-test                     check UDP on this machine
  udptool check net.yaml                        run the checks of a file
  udptool check --tag lan --format junit=junit.xml
  udptool check --init host:9000                print a first check file
  udptool check udptool.yaml --init host:9000   write it to this file

Without a file, udptool.yaml, udptool.yml or udptool.json of the current folder
is run; if there is none, the built-in suite.`

export const CHECK: Subcommand = {
  name: 'check',
  about: 'run a check file, or the built-in sanity suite of this machine',
  operand: [
    [
      '[file]',
      'a check file: .yaml, .yml, .json or .mjs; without one, udptool.yaml of this folder, or the checks of this machine',
    ],
  ],
  options: { ...CHECK_OPTIONS, reportInterval: REPORT_INTERVAL_OPTION },
  formats: FORMATS,
  quietAbout: 'print only checks that did not pass',
  help: HELP,
  async prepare([file], options) {
    const { init } = pick(options, ['init'])
    parseOption('reportInterval', REPORT_INTERVAL_OPTION, options['reportInterval'])
    if (options['selfTest'] === true) return prepareSanity(file, options)
    if (init !== undefined) return (await import('./check-init.ts')).prepareInit(init, file)
    const found = file === undefined ? folderFile() : undefined
    // Load YAML and the schema only for a file.
    if (found !== undefined) return (await import('./check-file.ts')).prepareSuite(found, options, true)
    if (file !== undefined) return (await import('./check-file.ts')).prepareSuite(file, options, false)
    return prepareSanity(undefined, options)
  },
}

async function prepareSanity(file: string | undefined, options: Options): Promise<Prepared> {
  const isAsked = options['selfTest'] === true
  if (isAsked && file !== undefined)
    throw usage('--self-test runs the built-in suite, and takes no file', `leave out --self-test or ${file}`)
  const [unused] = givenOptions(CHECK_OPTIONS, options).filter(name => name !== 'selfTest')
  if (unused !== undefined) {
    const hint = isAsked ? `leave out --self-test or ${longFlag(unused)}` : 'name the file: udptool check net.yaml'
    throw usage(`${longFlag(unused)} needs a check file${isAsked ? '' : ', and this folder has none'}`, hint)
  }
  const interval = (await import('../progress/interval-reports.ts')).readReportInterval(options)
  return { run: session => sanity(session, interval) }
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
