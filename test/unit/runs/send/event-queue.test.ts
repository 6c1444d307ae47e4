import { describe, expect, test } from 'vitest'
import { eventQueue, type EventQueue } from '../../../../src/runs/send/event-queue.ts'

async function all<E>(queue: EventQueue<E>, outcome: Promise<unknown> = Promise.resolve()): Promise<E[]> {
  const events: E[] = []
  for await (const event of queue.iterate(outcome)) events.push(event)
  return events
}

describe('eventQueue', () => {
  test('yields waiting events in order, and ends', async () => {
    const queue = eventQueue<number>()
    for (const n of [1, 2, 3]) queue.push(n)
    queue.end()
    expect(await all(queue)).toEqual([1, 2, 3])
  })

  test('yields events that come while it is read', async () => {
    const queue = eventQueue<number>()
    const read = all(queue)
    await Promise.resolve()
    queue.push(1)
    await Promise.resolve()
    queue.push(2)
    queue.push(3)
    await Promise.resolve()
    queue.end()
    expect(await read).toEqual([1, 2, 3])
  })

  test('keeps the newest thousand without a reader', async () => {
    const queue = eventQueue<number>()
    for (let n = 0; n < 1500; n++) queue.push(n)
    queue.end()
    const events = await all(queue)
    expect([events.length, events[0], events.at(-1)]).toEqual([1000, 500, 1499])
  })

  test('ends with the error of the run after all events', async () => {
    const queue = eventQueue<number>()
    queue.push(1)
    queue.end()
    const events: number[] = []
    const read = async (): Promise<void> => {
      for await (const event of queue.iterate(Promise.reject(new Error('broken')))) events.push(event)
    }
    await expect(read()).rejects.toThrow('broken')
    expect(events).toEqual([1])
  })

  test('can be left before the end', async () => {
    const queue = eventQueue<number>()
    queue.push(1)
    queue.push(2)
    for await (const event of queue.iterate(Promise.resolve())) {
      expect(event).toBe(1)
      break
    }
    queue.end()
    expect(await all(queue)).toEqual([2])
  })
})
