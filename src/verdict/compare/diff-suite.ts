import type { ComparedMetric, Diff } from './diff.ts'
import { formatFigure, metricLabel } from './diff-words.ts'
import type { Result } from '../result.ts'
import { createSuite, type CheckVerdict, type Suite, type SuiteCheck } from '../suite/suite.ts'

const VERDICTS: Readonly<Record<ComparedMetric['outcome'], CheckVerdict>> = {
  worse: 'fail',
  better: 'pass',
  alike: 'pass',
  cannotTell: 'skipped',
}

/** A comparison as a suite with one check per metric, for the formats that write suites. `b` is the second run. */
export function suiteOfDiff(diff: Diff, { tool, host, startedAt, durationMs, interrupted }: Result): Suite {
  const isCut = diff.a.cut === true || diff.b.cut === true
  return createSuite(
    { command: 'diff', tool, host, startedAt, durationMs, interrupted: interrupted || isCut },
    diff.metrics.map(checkOf),
  )
}

function checkOf(compared: ComparedMetric): SuiteCheck {
  const { metric, unit, b, allowed, outcome, text } = compared
  const name = metricLabel(compared)
  const bound = metric === 'rate' ? 'at least' : 'at most'
  const verdict = VERDICTS[outcome]
  return {
    id: name,
    name,
    expected: allowed === undefined ? 'nothing to compare with' : `${bound} ${formatFigure(allowed, unit)}`,
    observed: b === undefined ? 'no samples' : formatFigure(b.value, unit),
    verdict,
    ...(verdict === 'pass' ? {} : { reason: text }),
    level: 'error',
    tags: [],
    attempts: 1,
  }
}
