import { expect, test } from 'vitest'
import { MILLISECOND, SECOND } from '../../../src/base/nanos.ts'
import type { SourceCap } from '../../../src/facts/responder-plan.ts'
import { sourceOf } from '../../../src/machines/guard.ts'
import { RelayCaps } from '../../../src/machines/relay-caps.ts'

const DEFAULT: SourceCap = { answers: 1000, bytes: 2 * 2 ** 20, onLoopback: false }

/** How many of the datagrams, one each 100 µs for two seconds, are forwarded. */
function passed(cap: SourceCap, addresses: readonly string[], bytes = 100): number {
  const caps = new RelayCaps(cap, 1)
  let count = 0
  for (let n = 0; n < 20_000; n++) {
    const source = sourceOf(addresses[n % addresses.length] ?? '')
    if (caps.take(source, 'up', bytes, n * 0.1 * MILLISECOND)) count += 1
  }
  return count
}

test('a source network gets 1000 datagrams a second, and a tenth of a second at once', () => {
  expect(passed(DEFAULT, ['192.0.2.1', '192.0.2.99'])).toBe(2099)
  expect(passed(DEFAULT, ['fd01::1', 'fd01:0:0:3::9'])).toBe(2099)
  expect(passed(DEFAULT, ['192.0.2.1', '198.51.100.1'])).toBe(2 * 2099)
})

test('and 2 MiB a second', () => {
  expect(passed(DEFAULT, ['192.0.2.1'], 65_536)).toBeLessThanOrEqual(2 * 32 + 3)
})

test('loopback is not capped, unless an explicit rate holds', () => {
  expect(passed(DEFAULT, ['127.0.0.1', '::1'])).toBe(20_000)
  expect(passed({ answers: 10, onLoopback: true }, ['127.0.0.1'])).toBe(21)
})

test('each direction has its own bucket', () => {
  const caps = new RelayCaps({ answers: 10, onLoopback: true }, 1)
  const source = sourceOf('127.0.0.1')
  const take = (way: 'up' | 'down'): number =>
    Array.from({ length: 9 }, () => caps.take(source, way, 1, SECOND)).filter(Boolean).length
  expect([take('up'), take('down')]).toEqual([2, 2])
})
