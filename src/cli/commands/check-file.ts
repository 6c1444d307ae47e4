import { readInputSource } from '../../jobs/input-source.ts'
import { CHECK_OPTIONS } from '../../jobs/check/options.ts'
import { runSuite, type CheckObserver, type SuiteProgress } from '../../jobs/check/run-suite.ts'
import { selectChecks } from '../../jobs/check/selection.ts'
import { planSuite } from '../../jobs/check/suite-plan.ts'
import { parseOptions } from '../../options/parse-options.ts'
import { suiteDocument } from '../../report/suite-document.ts'
import { renderSuiteProgress, type SuiteState } from '../../report/terminal/suite-progress.ts'
import type { Options } from '../../options/raw-options.ts'
import { IntervalReports, readReportInterval } from '../progress/interval-reports.ts'
import { write } from '../output/streams.ts'
import type { Prepared, Session } from '../subcommand.ts'

/**
 * Reads a check file.
 *
 * @param isFound the user did not name it: the command says which one it runs
 */
export async function prepareSuite(file: string, options: Options, isFound: boolean): Promise<Prepared> {
  const { allowFiles, only = [], tag: tags = [], parallel } = parseOptions(CHECK_OPTIONS, options)
  const plan = planSuite(await readInputSource(file, 'check file'), { allowFiles })
  const suite = { ...selectChecks(plan, { only, tags }), parallel: parallel ?? plan.parallel }
  const interval = readReportInterval(options)
  return {
    async run(session) {
      const {
        signals: { signal },
        line,
      } = session
      if (isFound && options['quiet'] !== true) await sayFile(file, session)
      const onProgress = (progress: SuiteProgress): void =>
        line.show(renderSuiteProgress(stateOf(progress), line.columns, line.palette))
      const reports = interval === undefined ? undefined : new IntervalReports(interval, session)
      const hooks = { signal, onProgress, ...(reports === undefined ? {} : { onCheck: observing(reports) }) }
      return suiteDocument(await runSuite(suite, hooks))
    },
  }
}

/** The first line of the output: of the table, or on standard error if something else is on standard output. */
async function sayFile(file: string, { isLive }: Session): Promise<void> {
  const text = `running ${file} of this folder; --self-test runs the built-in suite instead\n`
  await (isLive ? write(process.stdout, text) : write(process.stderr, `udptool: ${text}`))
}

function observing(reports: IntervalReports): (name: string) => CheckObserver {
  return name => ({
    onRound: (_, number) => reports.beginRound(number, name),
    onProgress: (facts, now) => reports.advance(facts, now, name),
    onEnd: () => reports.endCheck(name),
  })
}

function stateOf({ total, done, running }: SuiteProgress): SuiteState {
  return {
    total,
    done: done.length,
    failed: done.filter(({ verdict }) => verdict === 'fail' || verdict === 'error').length,
    running: running.map(({ name, total: probes, facts }) => ({
      name,
      total: probes,
      scheduled: facts?.clients.reduce((sum, client) => sum + client.scheduled, 0) ?? 0,
    })),
  }
}
