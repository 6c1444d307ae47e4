import fc from 'fast-check'
import { expect, test } from 'vitest'
import { utcAfter } from '../../../src/base/utc-time.ts'

test('agrees with the calendar of the system', () => {
  const moments = fc.date({ min: new Date(0), max: new Date('2500-01-01'), noInvalidDate: true })
  fc.assert(
    fc.property(moments, fc.nat(20_000_000_000), (moment, after) => {
      expect(utcAfter(moment.toISOString(), after)).toBe(new Date(moment.getTime() + after).toISOString())
    }),
    { numRuns: 5000 },
  )
})

test('every day of 400 years', () => {
  for (let day = new Date('1999-12-31T23:59:59.999Z'); day.getTime() < 13_600_000_000_000;) {
    const next = new Date(day.getTime() + 86_400_000)
    expect(utcAfter(day.toISOString(), 86_400_000)).toBe(next.toISOString())
    day = next
  }
})

test('parts of a millisecond are dropped', () => {
  expect(utcAfter('2026-11-30T23:59:59.999Z', 0.9)).toBe('2026-11-30T23:59:59.999Z')
  expect(utcAfter('2026-11-30T23:59:59Z', 1000.2)).toBe('2026-12-01T00:00:00.000Z')
})

test('undefined if the moment cannot be parsed', () => {
  expect(utcAfter('yesterday', 0)).toBeUndefined()
})
