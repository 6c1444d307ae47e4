import { describe, expect, test } from 'vitest'
import { MILLISECOND, SECOND } from '../../../src/base/nanos.ts'
import { Guard, sourceOf } from '../../../src/machines/guard.ts'
import { responderPlan } from './plans.ts'

const OWN_PORT = 9000
const at = (address: string, port = 40_000) => ({ address, port, family: 'udp4' }) as const
const guardOf = (plan: Parameters<typeof responderPlan>[0] = {}): Guard => new Guard(responderPlan(plan), OWN_PORT)

function answered(guard: Guard, address: string, tries: number, now = 0): number {
  return Array.from({ length: tries }, () => guard.withhold(sourceOf(address), 100, false, now, now)).filter(
    reason => reason === undefined,
  ).length
}

describe('a datagram from a port that suggests a loop or a reflection', () => {
  test.each([0, 7, 19, 53, 123, 1023, 1900, 3702, 5353, 11_211, 27_015, OWN_PORT])('%i is refused', port => {
    expect(guardOf().refusesPort(at('192.0.2.1', port))).toBe(true)
    expect(guardOf().refusesPort(at('127.0.0.1', port))).toBe(true)
  })

  test.each([1024, 1901, 8999, 9001, 65_535])('%i is not', port => {
    expect(guardOf().refusesPort(at('192.0.2.1', port))).toBe(false)
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

  test('without lists every peer is allowed', () => {
    expect(guardOf().denies(at('203.0.113.9'))).toBe(false)
  })

  test('a deny list alone denies no other', () => {
    expect(guardOf({ deny: ['10.0.0.0/8'] }).denies(at('11.0.0.1'))).toBe(false)
  })
})

describe('rates', () => {
  test('off loopback all answers to a network are capped together', () => {
    const guard = guardOf({ sourceCap: { answers: 200, onLoopback: false } })
    expect(answered(guard, '192.0.2.1', 50)).toBe(18)
    expect(answered(guard, '::ffff:192.0.2.7', 50)).toBe(0)
    expect(answered(guard, '192.0.3.1', 50)).toBe(18)
    expect(answered(guard, '2001:db8::1', 50)).toBe(18)
    expect(answered(guard, '2001:db8:0:ff::1', 50)).toBe(0)
    expect(answered(guard, '2001:db8:0:100::1', 50)).toBe(18)
    expect(guard.withhold(sourceOf('192.0.2.1'), 100, false, 0, 0)).toBe('sourceRate')
    expect(answered(guard, '192.0.2.1', 50, SECOND)).toBe(18)
  })

  test('but not on loopback', () => {
    const guard = guardOf({ sourceCap: { answers: 100, bytes: 1, onLoopback: false } })
    expect(answered(guard, '127.0.0.1', 500)).toBe(500)
    expect(answered(guard, '::1', 500)).toBe(500)
    expect([guard.isUnlimited(sourceOf('127.0.0.1')), guard.isUnlimited(sourceOf('192.0.2.1'))]).toEqual([true, false])
  })

  test('an explicit cap holds everywhere', () => {
    const guard = guardOf({ sourceCap: { answers: 200, onLoopback: true } })
    expect(answered(guard, '127.0.0.1', 100)).toBe(18)
    expect(answered(guard, '192.0.2.1', 100)).toBe(18)
    expect(guard.isUnlimited(sourceOf('127.0.0.1'))).toBe(false)
  })

  test('a cap of bytes limits only bytes', () => {
    const guard = guardOf({ sourceCap: { bytes: 1_000_000, onLoopback: true } })
    expect(answered(guard, '192.0.2.1', 2000)).toBe(900)
  })

  test('and one for all networks together', () => {
    const guard = guardOf({ maxRate: 100, sourceCap: { onLoopback: false } })
    expect(answered(guard, '192.0.2.1', 8)).toBe(8)
    expect(answered(guard, '198.51.100.2', 8)).toBe(1)
    expect(guard.withhold(sourceOf('203.0.113.3'), 100, false, 0, 0)).toBe('rate')
    expect(guard.withhold(sourceOf('203.0.113.3'), 100, true, 0, 0)).toBeUndefined()
  })

  test('a server that was paused may send the answers of that time, of one second at most', () => {
    const guard = guardOf({ sourceCap: { answers: 1000, onLoopback: false } })
    const source = sourceOf('192.0.2.1')
    const late = (arrivals: readonly number[], now: number): number =>
      arrivals.filter(arrived => guard.withhold(source, 100, false, arrived, now) === undefined).length
    expect(answered(guard, '192.0.2.1', 500)).toBe(90)
    const everyMs = (from: number): number[] => Array.from({ length: 500 }, (_, n) => from + n * MILLISECOND)
    expect(late(everyMs(MILLISECOND), SECOND)).toBe(500)
    // Stamps from long ago, or from the future, are those of a clock that was set.
    expect(late(everyMs(0), 10 * SECOND)).toBe(90)
    expect(late(everyMs(100 * SECOND), 11 * SECOND)).toBe(90)
  })
})
