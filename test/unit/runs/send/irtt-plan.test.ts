import { describe, expect, test } from 'vitest'
import { MILLISECOND, SECOND } from '../../../../src/base/nanos.ts'
import type { SendOptions } from '../../../../src/runs/send/options.ts'
import { planSend, type SendPlan } from '../../../../src/runs/send/plan.ts'
import { effectiveOptions } from '../../../../src/runs/send/effective.ts'
import { planIrtt } from '../../../../src/runs/send/irtt-plan.ts'
import { failure, refused } from '../../../helpers/refused.ts'

function plan(options: SendOptions): SendPlan {
  return planSend({ protocol: 'irtt', ...options })
}

test('the plan of irtt: all that a server can report, no receipts', () => {
  const { target, probe, sockets } = plan({})
  expect(target).toEqual({ host: '127.0.0.1', port: 2112 })
  expect(probe).toMatchObject({ sizes: [60], count: 10, receipts: false, strayCheck: false })
  expect(probe.protocol).toEqual({
    name: 'irtt',
    isAuthenticated: false,
    stats: 'both',
    stamps: 'both',
    clock: 'both',
    duration: SECOND,
  })
  expect(sockets).not.toHaveProperty('key')
  expect(effectiveOptions(plan({}))).toMatchObject({ protocol: 'irtt', auth: false })
})

describe('the target', () => {
  test.each<[SendOptions, string, number]>([
    [{ to: 'router' }, 'router', 2112],
    [{ to: 'router:9000' }, 'router', 9000],
    [{ to: '2001:db8::1' }, '2001:db8::1', 2112],
    [{ family: 6 }, '::1', 2112],
  ])('%j', (options, host, port) => {
    expect(plan(options).target).toEqual({ host, port })
  })
})

describe('the duration to negotiate', () => {
  test.each<[SendOptions, number]>([
    [{ count: 100, interval: '20ms' }, 2 * SECOND],
    [{ count: 100, interval: '20ms', burst: 10 }, SECOND],
    [{ count: 3, interval: '400ms' }, 1.2 * SECOND],
    [{ count: 5, interval: '1ms' }, SECOND],
    [{ duration: '7s', interval: '20ms' }, 7 * SECOND],
    [{ count: 10, interval: '1s', duration: '3s' }, 3 * SECOND],
    [{ count: 1000, rate: '1.024Mbit', size: 128 }, SECOND],
    [{ count: 2000, rate: '1.024Mbit', size: 128 }, 2 * SECOND],
    // Replies pace these, so their end is not known.
    [{ count: 10, window: 1 }, 3600 * SECOND],
    [{ count: 10, flood: true }, 3600 * SECOND],
    [{ flood: true }, 5 * SECOND],
  ])('%j', (options, duration) => {
    expect(plan(options).probe.protocol).toMatchObject({ duration })
  })
})

// 4 + 8 + 4 + 4 + 8 + 16 + 16, and 16 of HMAC-MD5 (docs/irtt.md).
test.each([
  [false, 60],
  [true, 76],
])('a request with HMAC: %s has %i bytes or more', (isAuthenticated, least) => {
  const schedule = { count: 1, interval: 10 * MILLISECOND, burst: 1 }
  expect(() => planIrtt({ ...schedule, sizes: [least, least] }, isAuthenticated, undefined)).not.toThrow()
  expect(refused(() => planIrtt({ ...schedule, sizes: [least - 1] }, isAuthenticated, undefined))).toBe(
    `--size ${least - 1} is too small: a request of irtt ${isAuthenticated ? 'with its HMAC ' : ''}has ${least} bytes or more (write --size ${least})`,
  )
})

test.each<[SendOptions, string, string]>([
  [
    { size: '100,200' },
    '--protocol irtt takes one --size: a session agrees on one length (make a run of each size)',
    'size',
  ],
  [{ protocol: 'stamp' }, '--protocol cannot be "stamp": it is irtt (write --protocol irtt)', 'protocol'],
])('%j is refused', (options, message, option) => {
  expect(refused(() => plan(options))).toBe(message)
  expect(failure(() => plan(options)).option).toBe(option)
})

test('a key needs the protocol', () => {
  expect(refused(() => planSend({ irttKeyFile: 'key' }))).toBe(
    '--irtt-key-file needs --protocol (leave --irtt-key-file out, or add --protocol)',
  )
})
