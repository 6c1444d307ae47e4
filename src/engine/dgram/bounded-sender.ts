import type { Socket } from 'node:dgram'
import type { Address } from '../../base/address.ts'
import { EAGAIN } from '../../base/errno.ts'

/** Callbacks of one datagram. */
export interface SendCallbacks {
  /** The kernel accepted it, or not. Called once, in the same tick unless it waits. */
  readonly sent: (error: Error | null) => void
  /** It waits in libuv's queue, because the send buffer is full. */
  readonly waits?: () => void
}

/**
 * Sends on a socket of node:dgram without a queue. If the send buffer is full, Node queues datagrams in libuv without limit, and libuv
 * continues only when half of the buffer is free (sock_def_write_space, net/core/sock.c). So at most one datagram waits, which cannot be
 * cancelled, and meanwhile all others fail with EAGAIN.
 */
export class BoundedSender {
  readonly #socket: Socket
  /** Datagrams whose `sent` was not called yet. */
  #open = 0
  /** The last one given to Node. Only this one can be waiting. */
  #latest: SendCallbacks | undefined
  #waiting: SendCallbacks | undefined
  #closed = false

  constructor(socket: Socket) {
    this.#socket = socket
  }

  /** Whether Node will call the callback of a send in this tick. */
  get busy(): boolean {
    return this.#open > (this.full ? 1 : 0)
  }

  /** Whether a datagram waits. */
  get full(): boolean {
    if (this.#open > 0) this.checkQueue()
    return this.#waiting !== undefined
  }

  /** Checks whether a datagram waits, and reports it. */
  checkQueue(): void {
    if (this.#open === 0 || this.#waiting !== undefined || this.#closed) return
    if (this.#socket.getSendQueueCount() === 0) return
    this.#waiting = this.#latest
    this.#waiting?.waits?.()
  }

  /** Sends a datagram. `to` is absent on a connected socket. */
  send(bytes: Uint8Array, to: Pick<Address, 'address' | 'port'> | undefined, callbacks: SendCallbacks): void {
    if (this.#closed || this.full) return callbacks.sent(noRoom())
    this.#open += 1
    this.#latest = callbacks
    const done = (error: Error | null): void => this.#done(callbacks, error)
    if (to === undefined) this.#socket.send(bytes, done)
    else this.#socket.send(bytes, to.port, to.address, done)
  }

  /** Closes the socket. A waiting datagram is never sent: its `sent` gets an error at once. */
  close(): void {
    if (this.#closed) return
    const waiting = this.full ? this.#waiting : undefined
    this.#closed = true
    this.#socket.close()
    waiting?.sent(noRoom())
  }

  #done(callbacks: SendCallbacks, error: Error | null): void {
    this.#open -= 1
    const waited = this.#waiting === callbacks
    if (waited && this.#closed) return
    if (waited) this.#waiting = undefined
    callbacks.sent(error)
  }
}

function noRoom(): Error {
  return Object.assign(new Error('the send buffer is full'), { errno: -EAGAIN })
}
