import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MILLISECOND, SECOND } from '../../../../src/base/nanos.ts'
import { phaseOf } from '../../../../src/jobs/monitor/phases.ts'

test('flows are spread evenly over the interval', () => {
  const phases = [0, 1, 2, 3].map(index => phaseOf(index, 4, SECOND, 0))
  expect(phases).toEqual([0, 250, 500, 750].map(ms => ms * MILLISECOND))
})

test('a long interval delays no first probe for more than 10 s', () => {
  expect(phaseOf(9, 10, 3600 * SECOND, 0)).toBe(9 * SECOND)
})

test('a path that is opened later keeps the place of its flow', () => {
  const flow = fc.record({
    count: fc.integer({ min: 1, max: 1000 }),
    interval: fc.integer({ min: 10, max: 10_000 }).map(ms => ms * MILLISECOND),
    elapsed: fc.integer({ min: 0, max: 10 ** 12 }),
  })
  fc.assert(
    fc.property(flow, fc.nat(), ({ count, interval, elapsed }, number) => {
      const index = number % count
      const phase = phaseOf(index, count, interval, elapsed)
      expect(phase).toBeGreaterThanOrEqual(0)
      expect(phase).toBeLessThan(interval)
      expect((elapsed + phase - phaseOf(index, count, interval, 0)) % interval).toBe(0)
    }),
  )
})
