import fc from 'fast-check'
import { expect, test } from 'vitest'
import { clockTime } from '../../../../src/report/text/clock-time.ts'

test('agrees with the calendar', () => {
  const moments = fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true })
  fc.assert(
    fc.property(moments, fc.nat(200_000_000), (moment, after) => {
      const then = new Date(moment.getTime() + after).toISOString()
      expect(clockTime(moment.toISOString(), after)).toBe(`${then.slice(11, 21)} UTC`)
    }),
  )
})

test('undefined if the moment cannot be parsed', () => {
  expect(clockTime('yesterday', 0)).toBeUndefined()
})
