import { expect, test } from 'vitest'
import { checkSchema } from '../../../../src/schema/check.ts'
import { compareRuns } from '../../../../src/verdict/compare/compare-runs.ts'
import { TOLERANCE } from '../../../../src/verdict/compare/diff.ts'
import { suiteOfDiff } from '../../../../src/verdict/compare/diff-suite.ts'
import { around, losing, runWith } from '../compared.ts'

test('one check per metric: worse fails, undecided is skipped with its reason', () => {
  const [a, b] = [runWith(around(2, 100)), runWith(losing(around(5, 100), 7))]
  const suite = suiteOfDiff(compareRuns(a, b, TOLERANCE), b.result)
  expect(checkSchema.safeParse(suite).error?.issues ?? []).toEqual([])
  expect(suite).toMatchObject({ command: 'diff', failed: 4, skipped: 1, verdict: 'fail' })
  expect(suite.checks.find(({ id }) => id === 'loss')).toMatchObject({
    expected: 'at most 1%',
    observed: '14.0%',
    verdict: 'fail',
    reason:
      'loss is 14.0 percentage points worse (0% → 14.0%): more than the 1 percentage point allowed, significant with 100 against 100 probes',
  })
  expect(suite.checks.find(({ id }) => id === 'rtt.p99')).toMatchObject({
    verdict: 'skipped',
    reason: expect.stringMatching(/^p99 looks .*, but 100 against 86 samples are too few to decide$/) as string,
  })
})
