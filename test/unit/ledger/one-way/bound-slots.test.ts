import fc from 'fast-check'
import { expect, test } from 'vitest'
import { BoundSlots } from '../../../../src/ledger/one-way/bound-slots.ts'

test('a slot keeps the tightest bounds and the quickest exchange', () => {
  const slots = new BoundSlots(0)
  slots.push(0, 90, 50, -40)
  slots.push(10, 100, 40, -50)
  slots.push(20, 70, 45, -5)
  slots.push(30, 400, 370, 0)
  const [slot, ...others] = slots.list()
  expect(others).toEqual([])
  expect(slot).toMatchObject({ begin: 0, end: 1e6, lastArrival: 400 })
  expect(slot?.leastUpper.sent).toBe(10)
  expect(slot?.greatestLower.sent).toBe(30)
  expect(slot?.quickest.sent).toBe(20)
})

test('an exchange from before the first slot is in it', () => {
  const slots = new BoundSlots(1e9)
  slots.push(1e9, 1e9 + 5, 10, 5)
  slots.push(0, 5, 9, 4)
  expect(slots.list()).toHaveLength(1)
  expect(slots.list()[0]?.leastUpper.sent).toBe(0)
})

test('never more than 2048 slots, and the kept exchanges have the tightest bounds of their time', () => {
  const exchange = fc.record({
    sent: fc.integer({ min: 0, max: 1e12 }),
    upper: fc.integer({ min: 0, max: 1000 }),
    lower: fc.integer({ min: -1000, max: 0 }),
  })
  fc.assert(
    fc.property(fc.array(exchange, { minLength: 1, maxLength: 3000 }), exchanges => {
      const slots = new BoundSlots(0)
      for (const { sent, upper, lower } of exchanges) slots.push(sent, sent + 1, upper, lower)
      const list = slots.list()
      expect(list.length).toBeLessThanOrEqual(2048)
      for (const { begin, end, leastUpper, greatestLower, quickest } of list) {
        const inside = exchanges.filter(({ sent }) => sent >= begin && sent < end)
        expect(leastUpper.upper).toBe(Math.min(...inside.map(({ upper }) => upper)))
        expect(greatestLower.lower).toBe(Math.max(...inside.map(({ lower }) => lower)))
        expect(quickest.upper - quickest.lower).toBe(Math.min(...inside.map(({ upper, lower }) => upper - lower)))
      }
    }),
    { numRuns: 5 },
  )
})
