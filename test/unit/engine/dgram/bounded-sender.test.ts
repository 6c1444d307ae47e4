import type { Socket } from 'node:dgram'
import { expect, test } from 'vitest'
import { BoundedSender } from '../../../../src/engine/dgram/bounded-sender.ts'

const EPERM = 1

/** A socket with a send buffer of a few datagrams, which queues further ones as libuv does. */
class NarrowSocket {
  room: number
  readonly taken: string[] = []
  readonly #queue: { readonly bytes: Uint8Array; readonly done: (error: Error | null) => void }[] = []
  /** Callbacks that Node calls at the end of the tick. */
  readonly #ticks: (() => void)[] = []

  constructor(room: number) {
    this.room = room
  }

  send(bytes: Uint8Array, ...rest: unknown[]): void {
    const done = rest.at(-1) as (error: Error | null) => void
    if (this.#queue.length > 0 || this.room === 0) this.#queue.push({ bytes, done })
    else this.#take(bytes, done)
  }

  getSendQueueCount(): number {
    return this.#queue.length
  }

  tick(): void {
    for (const call of this.#ticks.splice(0)) call()
  }

  drain(room: number): void {
    this.room = room
    for (const { bytes, done } of this.#queue.splice(0)) this.#take(bytes, done)
    this.tick()
  }

  close(): void {
    for (const { done } of this.#queue.splice(0)) this.#ticks.push(() => done(new Error('ECANCELED')))
  }

  #take(bytes: Uint8Array, done: (error: Error | null) => void): void {
    const name = String.fromCharCode(...bytes)
    if (name !== 'forbidden') {
      this.taken.push(name)
      this.room -= 1
    }
    this.#ticks.push(() => done(name === 'forbidden' ? Object.assign(new Error(name), { errno: -EPERM }) : null))
  }
}

function bench(room: number): {
  socket: NarrowSocket
  outlet: BoundedSender
  told: string[]
  send: (name: string) => void
} {
  const socket = new NarrowSocket(room)
  const outlet = new BoundedSender(socket as unknown as Socket)
  const told: string[] = []
  const send = (name: string): void => {
    outlet.send(new TextEncoder().encode(name), undefined, {
      sent: error => told.push(`${name} ${error === null ? 'sent' : error.message}`),
      waits: () => told.push(`${name} waits`),
    })
  }
  return { socket, outlet, told, send }
}

test('a datagram that the kernel accepts at once', () => {
  const { socket, outlet, told, send } = bench(9)
  send('a')
  send('b')
  expect([outlet.full, outlet.busy, told]).toEqual([false, true, []])
  socket.tick()
  expect([outlet.full, outlet.busy, told]).toEqual([false, false, ['a sent', 'b sent']])
})

test('a datagram that the kernel refuses', () => {
  const { socket, told, send } = bench(9)
  send('forbidden')
  socket.tick()
  expect(told).toEqual(['forbidden forbidden'])
})

test('with a full send buffer one datagram waits, and the others fail at once', () => {
  const { socket, outlet, told, send } = bench(1)
  for (const name of ['a', 'b', 'c', 'd']) send(name)
  socket.tick()
  expect(socket.getSendQueueCount()).toBe(1)
  expect([outlet.full, outlet.busy]).toEqual([true, false])
  expect(told).toEqual(['b waits', 'c the send buffer is full', 'd the send buffer is full', 'a sent'])
})

test('the waiting one leaves, and the next ones follow', () => {
  const { socket, outlet, told, send } = bench(1)
  for (const name of ['a', 'b', 'c']) send(name)
  socket.drain(2)
  expect(outlet.full).toBe(false)
  send('d')
  socket.tick()
  expect(socket.taken).toEqual(['a', 'b', 'd'])
  expect(told.slice(-2)).toEqual(['b sent', 'd sent'])
})

test('a waiting datagram is detected without another send', () => {
  const { socket, outlet, told, send } = bench(0)
  send('a')
  socket.tick()
  expect(told).toEqual([])
  outlet.checkQueue()
  outlet.checkQueue()
  expect(told).toEqual(['a waits'])
})

test('one that waits when the socket is closed does not leave, and fails once', () => {
  const { socket, outlet, told, send } = bench(0)
  send('a')
  outlet.close()
  outlet.close()
  socket.tick()
  send('b')
  expect(told).toEqual(['a waits', 'a the send buffer is full', 'b the send buffer is full'])
  expect(socket.taken).toEqual([])
})
