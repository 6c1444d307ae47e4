import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ClientQueue } from '../../../src/machines/client-queue.ts'

test('an empty queue has no head', () => {
  const queue = new ClientQueue(3)
  expect([queue.length, queue.peek(), queue.shift()]).toEqual([0, -1, -1])
})

test('first in, first out, whatever comes between', () => {
  const clients = 5
  fc.assert(
    fc.property(fc.array(fc.option(fc.nat(clients - 1))), steps => {
      const queue = new ClientQueue(clients)
      const model: number[] = []
      for (const client of steps) {
        if (client === null) expect(queue.shift()).toBe(model.shift() ?? -1)
        else if (!model.includes(client)) {
          queue.push(client)
          model.push(client)
        }
        expect([queue.length, queue.peek()]).toEqual([model.length, model[0] ?? -1])
      }
    }),
  )
})
