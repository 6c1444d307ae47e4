import { expect, test } from 'vitest'
import { ownFaultsFirst } from '../../../../src/report/result/warnings.ts'

test('faults of this host come first, and the order is kept otherwise', () => {
  const codes = ['sizeCorrelatedLoss', 'senderLimited', 'serverBufferOverflow', 'clientBufferOverflow', 'tooFewSamples']
  const warnings = codes.map(code => ({ code, message: code, hint: '' }))
  expect(ownFaultsFirst(warnings).map(({ code }) => code)).toEqual([
    'senderLimited',
    'clientBufferOverflow',
    'sizeCorrelatedLoss',
    'serverBufferOverflow',
    'tooFewSamples',
  ])
})
