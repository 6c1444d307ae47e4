import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MILLISECOND, SECOND } from '../../../../src/base/nanos.ts'
import { phaseOf } from '../../../../src/jobs/monitor/phases.ts'

test('any number of flows is spread over the interval', () => {
  for (const count of [2, 3, 10, 100, 1000]) {
    const places = Array.from({ length: count }, (_, number) => phaseOf(number, SECOND, 0)).toSorted((a, b) => a - b)
    const gaps = places.map((place, n) => (places[n + 1] ?? SECOND + (places[0] ?? 0)) - place)
    // Evenly they would have 1 s / count between them.
    expect((Math.max(...gaps) * count) / SECOND).toBeLessThan(2)
    expect((Math.min(...gaps) * count) / SECOND).toBeGreaterThan(0.3)
  }
})

test('a long interval delays no first probe for more than 10 s', () => {
  const phases = Array.from({ length: 100 }, (_, number) => phaseOf(number, 3600 * SECOND, 0))
  expect(Math.max(...phases)).toBeLessThan(10 * SECOND)
})

test('a path that is opened later keeps the place of its flow', () => {
  const flow = fc.record({
    number: fc.integer({ min: 0, max: 100_000 }),
    interval: fc.integer({ min: 10, max: 10_000 }).map(ms => ms * MILLISECOND),
    elapsed: fc.integer({ min: 0, max: 10 ** 12 }),
  })
  fc.assert(
    fc.property(flow, ({ number, interval, elapsed }) => {
      const phase = phaseOf(number, interval, elapsed)
      expect(phase).toBeGreaterThanOrEqual(0)
      expect(phase).toBeLessThan(interval)
      expect((elapsed + phase - phaseOf(number, interval, 0)) % interval).toBe(0)
    }),
  )
})
