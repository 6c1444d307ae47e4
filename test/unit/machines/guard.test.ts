import { describe, expect, test } from 'vitest'
import { isLoopback } from '../../../src/base/ip.ts'
import { SECOND } from '../../../src/base/nanos.ts'
import { Guard } from '../../../src/machines/guard.ts'
import { responderPlan } from './plans.ts'

const OWN_PORT = 9000
const at = (address: string, port = 40_000) => ({ address, port, family: 'udp4' }) as const
const from = (address: string, port?: number) => ({ address: at(address, port), loopback: isLoopback(address) })
const guardOf = (plan: Parameters<typeof responderPlan>[0] = {}): Guard => new Guard(responderPlan(plan), OWN_PORT, 0)

function answered(guard: Guard, address: string, plain: boolean, tries: number, now = 0): number {
  return Array.from({ length: tries }, () => guard.withhold(from(address), plain, now)).filter(
    reason => reason === undefined,
  ).length
}

describe('plain data from a port that may be a loop or a reflection', () => {
  test.each([0, 7, 19, 53, 123, 1023, 1900, 3702, 5353, 11_211, 27_015, OWN_PORT])('%i is refused', port => {
    expect(guardOf().refusesPlainFrom(at('192.0.2.1', port))).toBe(true)
    expect(guardOf().refusesPlainFrom(at('127.0.0.1', port))).toBe(true)
  })

  test.each([1024, 1901, 8999, 9001, 65_535])('%i is not', port => {
    expect(guardOf().refusesPlainFrom(at('192.0.2.1', port))).toBe(false)
  })
})

describe('the lists', () => {
  test('deny wins over allow', () => {
    const guard = guardOf({ allow: ['192.0.2.0/24'], deny: ['192.0.2.128/25'] })
    expect(['192.0.2.1', '192.0.2.200', '198.51.100.1'].map(address => guard.denies(at(address)))).toEqual([
      false,
      true,
      true,
    ])
  })

  test('without lists everyone may come', () => {
    expect(guardOf().denies(at('203.0.113.9'))).toBe(false)
  })

  test('deny alone denies no other', () => {
    expect(guardOf({ deny: ['10.0.0.0/8'] }).denies(at('11.0.0.1'))).toBe(false)
  })
})

describe('rates', () => {
  test('plain data off loopback is capped for each source', () => {
    const guard = guardOf({ plainRatePerSource: 100 })
    expect(answered(guard, '192.0.2.1', true, 50)).toBe(10)
    expect(answered(guard, '192.0.2.2', true, 50)).toBe(10)
    expect(guard.withhold(from('192.0.2.1', 41_000), true, 0)).toBe('sourceRate')
    expect(answered(guard, '192.0.2.1', true, 50, SECOND)).toBe(10)
  })

  test('but not on loopback, and probes are not plain', () => {
    const guard = guardOf({ plainRatePerSource: 100 })
    expect(answered(guard, '127.0.0.1', true, 500)).toBe(500)
    expect(answered(guard, '::1', true, 500)).toBe(500)
    expect(answered(guard, '192.0.2.1', false, 500)).toBe(500)
  })

  test('a cap that was asked for holds for everything, everywhere', () => {
    const guard = guardOf({ maxRatePerSource: 50 })
    expect(answered(guard, '127.0.0.1', false, 100)).toBe(5)
    expect(answered(guard, '192.0.2.1', true, 100)).toBe(5)
  })

  test('and one for all together', () => {
    const guard = guardOf({ maxRate: 100 })
    expect(answered(guard, '192.0.2.1', false, 8)).toBe(8)
    expect(answered(guard, '192.0.2.2', false, 8)).toBe(2)
    expect(guard.withhold(from('192.0.2.3'), false, 0)).toBe('rate')
  })

  test('a flood of sources is forgotten, oldest first', () => {
    const guard = guardOf({ plainRatePerSource: 10 })
    expect(answered(guard, '192.0.2.1', true, 2)).toBe(1)
    for (let n = 0; n < 65_536; n++) guard.withhold(from(`10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`), true, 0)
    expect(answered(guard, '192.0.2.1', true, 2)).toBe(1)
  })
})
