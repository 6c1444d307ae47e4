import { parseCount } from '../base/count.ts'
import { readCheckSource } from '../jobs/check/check-source.ts'
import { runSuite, type SuiteProgress } from '../jobs/check/run-suite.ts'
import { selectChecks } from '../jobs/check/selection.ts'
import { planSuite } from '../jobs/check/suite-plan.ts'
import { suiteDocument } from '../report/suite-document.ts'
import { renderSuiteProgress, type SuiteState } from '../report/terminal/suite-progress.ts'
import { listOf, pick, type Options } from './flags.ts'
import type { Prepared } from './subcommand.ts'

/** Reads a check file. */
export async function prepareSuite(file: string, options: Options): Promise<Prepared> {
  const { parallel } = pick(options, ['parallel'])
  const written = planSuite(await readCheckSource(file), { allowFiles: options['allowFiles'] === true })
  const selected = selectChecks(written, { only: listOf(options, 'only'), tags: listOf(options, 'tag') })
  const lanes = parallel === undefined ? written.parallel : parseCount(parallel, '--parallel', { min: 1, max: 64 })
  return {
    async run({ signals: { signal }, line }) {
      const onProgress = (progress: SuiteProgress): void =>
        line.show(renderSuiteProgress(stateOf(progress), line.columns, line.palette))
      return suiteDocument(await runSuite({ ...selected, parallel: lanes }, { signal, onProgress }))
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
