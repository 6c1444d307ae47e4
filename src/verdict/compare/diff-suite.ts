import type { ComparedMetric, Diff } from './diff.ts'
import { formatFigure } from './diff-words.ts'
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

function checkOf({ metric, unit, b, allowed, outcome, text }: ComparedMetric): SuiteCheck {
  const verdict = VERDICTS[outcome]
  return {
    id: metric,
    name: metric,
    expected: allowed === undefined ? 'nothing to compare with' : `at most ${formatFigure(allowed, unit)}`,
    observed: b === undefined ? 'no samples' : formatFigure(b.value, unit),
    verdict,
    ...(verdict === 'pass' ? {} : { reason: text }),
    level: 'error',
    tags: [],
    attempts: 1,
  }
}
