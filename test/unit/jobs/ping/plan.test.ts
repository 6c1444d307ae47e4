import { expect, test } from 'vitest'
import { MILLISECOND, SECOND } from '../../../../src/base/nanos.ts'
import { isEndless, planPing } from '../../../../src/jobs/ping/plan.ts'

test('defaults: a probe a second without end, in constant memory', () => {
  const plan = planPing('host', {})
  expect(plan.target).toEqual({ host: 'host', port: 9000 })
  expect(plan.probe).toMatchObject({ interval: SECOND, timeout: SECOND, sizes: [128], summary: true })
  expect(plan.probe.count).toBeUndefined()
  expect([plan.command, isEndless(plan)]).toEqual(['ping', true])
})

test('a bare number is seconds for -i, -W and -w alone', () => {
  const { probe } = planPing('host', { interval: '0.2', timeout: '2', deadline: '10' })
  expect(probe).toMatchObject({ interval: 200 * MILLISECOND, timeout: 2 * SECOND, duration: 10 * SECOND })
  expect(planPing('host', { interval: '20ms', timeout: '.5' }).probe).toMatchObject({
    interval: 20 * MILLISECOND,
    timeout: 500 * MILLISECOND,
  })
  expect(() => planPing('host', { linger: '3' })).toThrow('the unit is missing')
})

test.each([[{ count: '3' }], [{ deadline: '3' }], [{ duration: '3s' }]])('%j limits it', raw => {
  expect(isEndless(planPing('host', raw))).toBe(false)
})

test('a rate is instead of the interval', () => {
  expect(planPing('host', { rate: '10pps' }).probe.interval).toBe(100 * MILLISECOND)
  expect(() => planPing('host', { rate: '10pps', interval: '1' })).toThrow('both set the pace')
})

test('mistakes', () => {
  expect(() => planPing('host', { deadline: '1', duration: '1s' })).toThrow('both end the sending')
  expect(() => planPing('host', { timeout: '0' })).toThrow('--timeout must be longer than nothing')
  expect(() => planPing('host', { deadline: '0' })).toThrow('--deadline must be longer than nothing')
  expect(() => planPing('host', { deadline: 'soon' })).toThrow('--deadline')
  expect(() => planPing('host', { interval: 'soon' })).toThrow('--interval')
  expect(() => planPing('host', { count: '0' })).toThrow('--count')
  expect(() => planPing('224.0.0.1', {})).toThrow('multicast')
})
