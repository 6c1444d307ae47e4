import { readCheckSource } from '../jobs/check/check-source.ts'
import { CHECK_OPTIONS } from '../jobs/check/options.ts'
import { runSuite, type SuiteProgress } from '../jobs/check/run-suite.ts'
import { selectChecks } from '../jobs/check/selection.ts'
import { planSuite } from '../jobs/check/suite-plan.ts'
import { parseOptions } from '../options/parse-options.ts'
import { suiteDocument } from '../report/suite-document.ts'
import { renderSuiteProgress, type SuiteState } from '../report/terminal/suite-progress.ts'
import type { Options } from '../options/raw-options.ts'
import type { Prepared } from './subcommand.ts'

/** Reads a check file. */
export async function prepareSuite(file: string, options: Options): Promise<Prepared> {
  const { allowFiles, only = [], tag: tags = [], parallel } = parseOptions(CHECK_OPTIONS, options)
  const plan = planSuite(await readCheckSource(file), { allowFiles })
  const suite = { ...selectChecks(plan, { only, tags }), parallel: parallel ?? plan.parallel }
  return {
    async run({ signals: { signal }, line }) {
      const onProgress = (progress: SuiteProgress): void =>
        line.show(renderSuiteProgress(stateOf(progress), line.columns, line.palette))
      return suiteDocument(await runSuite(suite, { signal, onProgress }))
    },
  }
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
