import { expect, test } from 'vitest'
import { MILLISECOND, SECOND } from '../../../../src/base/nanos.ts'
import { planMtu } from '../../../../src/jobs/mtu/plan.ts'
import { refused } from '../../../helpers/refused.ts'

test('the timer of a probe is a second (RFC 8899 section 5.1.1) unless told', () => {
  expect(planMtu({}).send.probe).toMatchObject({ timeout: SECOND, interval: 10 * MILLISECOND })
  expect(planMtu({ timeout: '3s' }).send.probe.timeout).toBe(3 * SECOND)
})

test('the sizes asked about are asked about, and no more', () => {
  expect(planMtu({ size: '1400,4000' }).asked).toEqual([1400, 4000])
  expect(planMtu({}).asked).toEqual([])
  expect(refused(() => planMtu({ size: '70000' }))).toContain('--size')
})

test('node:dgram cannot forbid fragments, so nothing is asked of it', () => {
  expect(planMtu({ engine: 'dgram' }).send.sockets).not.toHaveProperty('df')
})

test('an expectation is read as everywhere', () => {
  expect(planMtu({ expect: 'mtu>=1500' }).send.expectations).toMatchObject([{ metric: 'mtu', operator: '>=' }])
  expect(refused(() => planMtu({ expect: 'mut>=1500' }))).toContain('mtu')
})
