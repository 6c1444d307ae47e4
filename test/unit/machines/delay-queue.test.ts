import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DelayQueue } from '../../../src/machines/delay-queue.ts'

interface Item {
  readonly due: number
  readonly order: number
}

test('an empty queue', () => {
  const line = new DelayQueue<string>()
  expect([line.length, line.due, line.peek(), line.shift()]).toEqual([0, Infinity, undefined, undefined])
})

test('equals a sorted array: by time, then in order of arrival', () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.nat(8)), { maxLength: 200 }), steps => {
      const line = new DelayQueue<Item>()
      const model: Item[] = []
      for (const [order, due] of steps.entries()) {
        if (due === null) expect(line.shift()).toEqual(model.shift())
        else {
          line.push(due, { due, order })
          model.push({ due, order })
          model.sort((a, b) => a.due - b.due || a.order - b.order)
        }
        expect([line.length, line.due, line.peek()]).toEqual([model.length, model[0]?.due ?? Infinity, model[0]])
      }
      while (model.length > 0) expect(line.shift()).toEqual(model.shift())
      expect(line.length).toBe(0)
    }),
  )
})
