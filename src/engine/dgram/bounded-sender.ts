import type { Socket } from 'node:dgram'
import type { Address } from '../../base/address.ts'
import { EAGAIN } from '../../base/errno.ts'

/** A datagram on its way to the kernel. */
export interface SendCallbacks {
  /** The kernel took it, or not. Called once: in the same tick, unless it waits. */
  readonly sent: (error: Error | null) => void
  /** It waits in libuv's queue, since the send buffer is full. */
  readonly waits?: () => void
}

/**
 * Sends on a socket of node:dgram without a queue. Where the send buffer is full, Node lets datagrams wait in libuv without bound, and
 * libuv goes on only once half of the buffer is free (sock_def_write_space, net/core/sock.c). So one datagram may wait, which cannot be
 * taken back, and as long as it does, all others fail with EAGAIN.
 */
export class BoundedSender {
  readonly #socket: Socket
  /** Datagrams whose `sent` has not been called. */
  #open = 0
  /** The one that was handed to Node last. Only this one can be waiting. */
  #latest: SendCallbacks | undefined
  #waiting: SendCallbacks | undefined
  #closed = false

  constructor(socket: Socket) {
    this.#socket = socket
  }

  /** Whether a send is open whose callback Node will call in this tick. */
  get busy(): boolean {
    return this.#open > (this.full ? 1 : 0)
  }

  /** Whether a datagram waits. */
  get full(): boolean {
    if (this.#open > 0) this.checkQueue()
    return this.#waiting !== undefined
  }

  /** Finds out whether a datagram waits, and reports it. */
  checkQueue(): void {
    if (this.#open === 0 || this.#waiting !== undefined || this.#closed) return
    if (this.#socket.getSendQueueCount() === 0) return
    this.#waiting = this.#latest
    this.#waiting?.waits?.()
  }

  /** Sends a datagram; `to` is absent on a connected socket. */
  send(bytes: Uint8Array, to: Pick<Address, 'address' | 'port'> | undefined, callbacks: SendCallbacks): void {
    if (this.#closed || this.full) return callbacks.sent(noRoom())
    this.#open += 1
    this.#latest = callbacks
    const done = (error: Error | null): void => this.#done(callbacks, error)
    if (to === undefined) this.#socket.send(bytes, done)
    else this.#socket.send(bytes, to.port, to.address, done)
  }

  /** Closes the socket. A datagram that waits is never sent: its `sent` gets an error at once. */
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
