import { expect, test } from 'vitest'
import { serverFindings } from '../../../src/verdict/server-findings.ts'
import { savedResult } from '../report/result-files.ts'

test('sizes that pass, and those that do not', () => {
  const result = savedResult('sizes')
  const findings = serverFindings(result, 'lan:9000', 20)
  const whole = result.sizes.filter(({ ledger }) => ledger.fates.intact === ledger.scheduled).map(({ size }) => size)
  expect(findings).toMatchObject({ target: 'lan:9000', count: 20, small: { size: whole[0] } })
  expect(findings?.whole).toEqual(expect.arrayContaining(whole))
  expect(
    [...(findings?.whole ?? []), ...(findings?.broken ?? []).map(({ size }) => size)].toSorted((a, b) => a - b),
  ).toEqual(result.sizes.map(({ size }) => size).toSorted((a, b) => a - b))
})

test('the allowed loss is what the samples leave open', () => {
  // Wilson's interval of none lost of 10 ends at 27.75 %.
  expect(serverFindings(savedResult('clean'), 'x', 10)?.mostLoss).toBeCloseTo(0.2775, 3)
})

test('without a whole reply there are no findings', () => {
  expect(serverFindings(savedResult('silent'), 'x', 10)).toBeUndefined()
  expect(serverFindings(savedResult('cut-1024'), 'x', 10)).toBeUndefined()
})
