import { expect, test } from 'vitest'
import { withFindings } from '../../../../src/verdict/search/with-findings.ts'
import type { Result } from '../../../../src/verdict/result.ts'
import { answered, crafted } from '../../ledger/crafted.ts'
import { resultOf } from '../context.ts'

const warning = (code: string): Result['warnings'][number] => ({ code, message: code, hint: '' })

test('warnings that the findings replace are removed, others stay', () => {
  const codes = ['clientBufferOverflow', 'sizeHole', 'tooFewSamples', 'blackHole', 'truncated']
  const result = { ...resultOf(crafted([answered()])), warnings: codes.map(warning) }
  expect(withFindings(result, {}).warnings.map(({ code }) => code)).toEqual(['clientBufferOverflow', 'truncated'])
})

test('the verdict is the run’s, unless the search has its own', () => {
  const result = resultOf(crafted([answered()]))
  expect(withFindings(result, {})).toEqual(result)
  expect(withFindings(result, { verdict: 'fail' }).verdict).toBe('fail')
})
