import { expect, test } from 'vitest'
import { parseBucket } from '../../../../src/jobs/monitor/buckets.ts'
import { failure } from '../../../helpers/refused.ts'

test.each([
  [0.001, 0.001],
  ['1e-3', 0.001],
  ['0.10', 0.1],
  ['.5', 0.5],
  [8, 8],
])('%j seconds', (written, bound) => {
  expect(parseBucket(written)).toBe(bound)
})

test.each([
  ['1ms', 'did you mean 0.001?'],
  ['2s', 'did you mean 2?'],
  ['x', 'write 0.001 or 1'],
  [0, 'write 0.001 or 1'],
  [-1, 'write 0.001 or 1'],
  ['.inf', 'write 0.001 or 1'],
  ['1e999', 'write 0.001 or 1'],
  [Number.NaN, 'write 0.001 or 1'],
])('%j is no bound', (written, hint) => {
  expect(failure(() => parseBucket(written)).hint).toBe(hint)
})
