import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LruList } from '../../../../../src/engine/kernel/socket/lru-list.ts'

test('empty at first', () => {
  const order = new LruList(3)
  expect([order.latest, order.oldest]).toEqual([3, 3])
})

test('the latest and the oldest agree with a plain list', () => {
  const most = 6
  const step = fc.record({ flow: fc.nat(most - 1), leaves: fc.boolean() })
  fc.assert(
    fc.property(fc.array(step), steps => {
      const order = new LruList(most)
      const list: number[] = []
      for (const { flow, leaves } of steps) {
        const at = list.indexOf(flow)
        if (at >= 0) list.splice(at, 1)
        if (at >= 0 && leaves) order.take(flow)
        else {
          if (at >= 0) order.use(flow)
          else order.put(flow)
          list.push(flow)
        }
        expect([order.latest, order.oldest]).toEqual([list.at(-1) ?? most, list[0] ?? most])
      }
    }),
  )
})
