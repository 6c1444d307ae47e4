import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MILLISECOND } from '../../../src/base/nanos.ts'
import { ArrivalOrder, type Arrival } from '../../../src/ledger/arrival-order.ts'
import { Jitter } from '../../../src/ledger/jitter.ts'

function arrival(sequence: number, arrived: number, rest: Partial<Arrival> = {}): Arrival {
  return { sequence, arrived, transit: MILLISECOND, proved: true, timed: true, ...rest }
}

test('in order: nothing is reordered', () => {
  const order = new ArrivalOrder(64)
  expect([1, 2, 3].map(rank => order.push(rank, arrival(rank - 1, rank)))).toEqual([undefined, undefined, undefined])
  expect(order.reordering.result()).toMatchObject({ received: 3, reordered: 0 })
})

test('a packet that overtook is reordered only when the overtaken one is known', () => {
  const order = new ArrivalOrder(64)
  // Sequences 0, 1, 2 arrived as 1, 2, 0: folded in sending order, 0 has rank 3.
  expect(order.push(3, arrival(0, 30))).toBeUndefined()
  expect(order.push(1, arrival(1, 10))).toBeUndefined()
  expect(order.push(2, arrival(2, 20))).toEqual([0])
  expect(order.reordering.result()).toMatchObject({ received: 3, reordered: 1, maxExtent: 2 })
})

test('without a proved sequence a reply takes its place in the order, and counts for nothing', () => {
  const order = new ArrivalOrder(64)
  order.push(2, arrival(0, 20, { proved: false }))
  expect(order.push(1, arrival(1, 10))).toBeUndefined()
  expect(order.reordering.result()).toMatchObject({ received: 1, reordered: 0 })
  expect(order.push(3, arrival(2, 30))).toBeUndefined()
  expect(order.reordering.result().received).toBe(2)
})

test('jitter counts timed replies, in arrival order', () => {
  const order = new ArrivalOrder(64)
  order.push(3, arrival(0, 30, { transit: 5 * MILLISECOND }))
  order.push(1, arrival(1, 10, { transit: MILLISECOND }))
  order.push(2, arrival(2, 20, { transit: 99 * MILLISECOND, timed: false }))
  const jitter = new Jitter()
  jitter.push(MILLISECOND)
  jitter.push(5 * MILLISECOND)
  expect(order.jitter.result()).toBe(jitter.result())
})

test('any folding order gives the count of RFC 4737', () => {
  const permutation = fc
    .array(fc.nat(1e6), { minLength: 1, maxLength: 60 })
    .map(keys =>
      keys.map((key, sequence) => ({ key, sequence })).toSorted((a, b) => a.key - b.key || a.sequence - b.sequence),
    )
  fc.assert(
    fc.property(permutation, arrivals => {
      let highest = -1
      const late = new Set<number>()
      for (const { sequence } of arrivals) {
        if (sequence < highest) late.add(sequence)
        highest = Math.max(highest, sequence)
      }
      const order = new ArrivalOrder(4096)
      const found: number[] = []
      const ranks = new Map(arrivals.map(({ sequence }, i) => [sequence, i + 1]))
      for (let sequence = 0; sequence < arrivals.length; sequence++) {
        const rank = ranks.get(sequence) ?? 0
        found.push(...(order.push(rank, arrival(sequence, rank)) ?? []))
      }
      expect(new Set(found)).toEqual(late)
      expect(order.reordering.result()).toMatchObject({ received: arrivals.length, reordered: late.size })
    }),
  )
})
