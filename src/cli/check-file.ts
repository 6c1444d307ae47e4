import { parseCount } from '../base/count.ts'
import { readCheckSource } from '../jobs/check/check-source.ts'
import { runSuite, type SuiteProgress } from '../jobs/check/run-suite.ts'
import { selectChecks } from '../jobs/check/selection.ts'
import { planSuite } from '../jobs/check/suite-plan.ts'
import { createPalette } from '../report/text/palette.ts'
import type { Report } from '../report/formats/report.ts'
import { renderSuiteProgress, type SuiteState } from '../report/terminal/suite-progress.ts'
import { wantsColor } from './color.ts'
import { listOf, pick, type Options } from './flags.ts'
import type { LiveLine } from './live-line.ts'
import type { Signals } from './signals.ts'

/** Reads a check file; what comes back runs it. */
export async function prepareSuite(
  file: string,
  options: Options,
): Promise<(signals: Signals, line: LiveLine) => Promise<Report>> {
  const { parallel, color = 'auto' } = pick(options, ['parallel', 'color'])
  const written = planSuite(await readCheckSource(file), { allowFiles: options['allowFiles'] === true })
  const selected = selectChecks(written, { only: listOf(options, 'only'), tags: listOf(options, 'tag') })
  const lanes = parallel === undefined ? written.parallel : parseCount(parallel, '--parallel', { min: 1, max: 64 })
  const palette = createPalette(wantsColor(color, process.stderr, process.env))
  return (signals, line) =>
    runSuite(
      { ...selected, parallel: lanes },
      {
        signal: signals.signal,
        onProgress: progress => line.show(renderSuiteProgress(stateOf(progress), line.columns, palette)),
      },
    )
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
