import { expect, test } from 'vitest'
import { catchUp } from '../../../../../src/engine/kernel/monitor/catch-up.ts'

/** Sockets with batches, each given by the arrival of its last datagram. A flooded one gets another batch with each read. */
class Queues {
  now = 100
  readonly reads = new Map<number, number>()
  readonly #batches: Map<number, number[]>
  readonly #flooded: number | undefined
  readonly #reported: number
  #next = 0

  /** @param reported number of sockets that one look reports */
  constructor(batches: readonly (readonly number[])[], flooded?: number, reported = Infinity) {
    this.#batches = new Map(batches.map((arrivals, socket) => [socket, [...arrivals]]))
    this.#flooded = flooded
    this.#reported = reported
  }

  get unread(): number[] {
    return [...this.#batches].flatMap(([, arrivals]) => arrivals.filter(at => at < 100))
  }

  /** In turn, as epoll(7) reports them. */
  readonly look = (): number[] => {
    const all = [...this.#batches.keys()]
    const turned = [...all.slice(this.#next), ...all.slice(0, this.#next)]
    const ready = turned.filter(socket => (this.#batches.get(socket) ?? []).length > 0).slice(0, this.#reported)
    this.#next = ((ready.at(-1) ?? -1) + 1) % all.length
    return ready
  }

  readonly read = (socket: number): number | undefined => {
    const arrivals = this.#batches.get(socket) ?? []
    const last = arrivals.shift()
    this.now += 1
    if (socket === this.#flooded) arrivals.push(this.now)
    this.reads.set(socket, (this.reads.get(socket) ?? 0) + 1)
    return last
  }
}

test('reads what arrived before, of all sockets', () => {
  const sockets = new Queues([[], [10, 20, 30], [99], [100]])
  catchUp(100, sockets)
  expect(sockets.unread).toEqual([])
  expect(sockets.look()).toEqual([])
})

test('reads more sockets than one look reports', () => {
  const sockets = new Queues(
    Array.from({ length: 1000 }, (_, socket) => [socket % 100]),
    undefined,
    256,
  )
  catchUp(100, sockets)
  expect(sockets.unread).toEqual([])
})

test('reads more batches of one socket than fit a turn', () => {
  const sockets = new Queues([Array.from({ length: 1000 }, (_, n) => n % 100), [50]])
  catchUp(100, sockets)
  expect(sockets.unread).toEqual([])
})

test('leaves a flood to the loop', () => {
  const sockets = new Queues([[98, 99], [10, 20, 30], [40]], 0)
  catchUp(100, sockets)
  expect(sockets.unread).toEqual([])
  // Two batches from before, and one from after in each look.
  expect(sockets.reads.get(0)).toBeLessThan(6)
})
