import { expect, test } from 'vitest'
import { checkSchema } from '../../../../src/schema/check.ts'
import { suiteOfOne } from '../../../../src/verdict/suite/suite-of-one.ts'
import { RESULTS, savedResult } from '../../report/result-files.ts'

test.each(RESULTS)('%s is a suite of one check and matches the schema', (_, result) => {
  const suite = suiteOfOne(result)
  expect(checkSchema.safeParse(JSON.parse(JSON.stringify(suite))).error?.issues ?? []).toEqual([])
  const [check] = suite.checks
  expect(suite.checks).toHaveLength(1)
  expect(check?.result).toEqual(result)
  expect(check?.verdict).toBe(result.interrupted ? 'skipped' : result.verdict)
  expect(suite.verdict).toBe(result.interrupted && result.verdict === 'pass' ? 'error' : result.verdict)
})

test('it is named after the command and the given target', () => {
  const result = savedResult('clean')
  const named = { ...result, target: { ...result.target, name: 'echo.example' } }
  expect(suiteOfOne(named).checks[0]).toMatchObject({ id: 'send', name: `send to echo.example:${result.target.port}` })
})
