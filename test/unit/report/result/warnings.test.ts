import { expect, test } from 'vitest'
import { ownFaultsFirst } from '../../../../src/report/result/warnings.ts'

test('our own faults come first, else the order is kept', () => {
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
