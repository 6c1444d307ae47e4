import { expect, test } from 'vitest'
import { MILLISECOND, SECOND } from '../../../../src/base/nanos.ts'
import { planMtu } from '../../../../src/jobs/mtu/plan.ts'
import { refused } from '../../../helpers/refused.ts'

test('the timeout of a probe is a second by default (RFC 8899 section 5.1.1)', () => {
  expect(planMtu({}).send.probe).toMatchObject({ timeout: SECOND, interval: 10 * MILLISECOND })
  expect(planMtu({ timeout: '3s' }).send.probe.timeout).toBe(3 * SECOND)
})

test('only the given sizes are looked up', () => {
  expect(planMtu({ size: '1400,4000' }).asked).toEqual([1400, 4000])
  expect(planMtu({}).asked).toEqual([])
  expect(refused(() => planMtu({ size: '70000' }))).toContain('--size')
})

test('node:dgram cannot forbid fragments, so the plan does not request it', () => {
  expect(planMtu({ engine: 'dgram' }).send.sockets).not.toHaveProperty('df')
})

test('expectations are parsed as for other commands', () => {
  expect(planMtu({ expect: 'mtu>=1500' }).send.expectations).toMatchObject([{ metric: 'mtu', operator: '>=' }])
  expect(refused(() => planMtu({ expect: 'mut>=1500' }))).toContain('mtu')
})
