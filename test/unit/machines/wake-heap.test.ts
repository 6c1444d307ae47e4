import fc from 'fast-check'
import { expect, test } from 'vitest'
import { WakeHeap } from '../../../src/machines/wake-heap.ts'

test('an empty heap has no member and no time', () => {
  const heap = new WakeHeap<string>()
  heap.delete('a')
  expect([heap.first, heap.next]).toEqual([undefined, Infinity])
})

test('property: the first member has the earliest time, after any changes', () => {
  const change = fc.record({
    member: fc.integer({ min: 0, max: 20 }),
    at: fc.option(fc.integer({ min: 0, max: 100 }), { nil: undefined }),
  })
  fc.assert(
    fc.property(fc.array(change, { maxLength: 200 }), changes => {
      const heap = new WakeHeap<number>()
      const times = new Map<number, number>()
      for (const { member, at } of changes) {
        if (at === undefined) {
          heap.delete(member)
          times.delete(member)
        } else {
          heap.set(member, at)
          times.set(member, at)
        }
        const earliest = Math.min(...times.values())
        expect(heap.next).toBe(earliest)
        expect(heap.first === undefined ? Infinity : times.get(heap.first)).toBe(earliest)
      }
    }),
  )
})
