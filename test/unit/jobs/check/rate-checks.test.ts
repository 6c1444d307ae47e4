import { describe, expect, test } from 'vitest'
import { planSuite } from '../../../../src/jobs/check/suite-plan.ts'
import { readYaml } from '../../../../src/jobs/yaml-source.ts'
import { failure } from '../../../helpers/refused.ts'

function plan(check: string) {
  return planSuite(readYaml('a.yaml', `checks: [{ name: a, ${check} }]`)).checks
}

describe('a check with run: rate', () => {
  test('is planned, with the options of rate', () => {
    const [check] = plan('run: rate, serve: {}, toRate: 5Mbit, duration: 500ms, expect: [rate>=1Mbit, rate>=50pps]')
    expect(check?.plan).toMatchObject({ expected: 'rate>=1Mbit, rate>=50pps' })
    expect(plan('run: rate, target: router, toRate: 5Mbit, for: { size: [256, 1200] }')).toHaveLength(2)
    expect(plan('run: rate, target: router, yes: true, maxLoss: 0')).toHaveLength(1)
  })

  test.each([
    ['run: rate, serve: {}, expect: rate>=10', '1:51: the value of "rate>=10" cannot be "10": the unit is missing'],
    ['run: rate, serve: {}, interval: 1ms', '1:43: there is no key "interval" for what this check runs'],
    [
      'run: rate, target: router',
      '1:10: a search for the highest rate loads the path to router until it loses datagrams',
    ],
  ])('%s', (check, message) => {
    expect(failure(() => plan(check)).message).toBe(`a.yaml:${message}`)
  })
})
