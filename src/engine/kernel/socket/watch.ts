import type { Nanos } from '../../../base/nanos.ts'
import {
  EPOLLIN,
  EPOLLOUT,
  EPOLL_CLOEXEC,
  EPOLL_CTL_ADD,
  EPOLL_CTL_MOD,
  EPOLL_DATA,
  EPOLL_EVENT_SIZE,
  POLLIN,
  POLLOUT,
} from '../system/abi.ts'
import { engineFailure } from '../system/system-error.ts'
import type { Arena, Region } from '../system/arena.ts'
import type { Libc } from '../system/libc.ts'
import { Poll } from './poll.ts'

/** With more sockets than this, one ppoll over all of them costs more than epoll. */
const MAX_POLLED = 64
/** Maximum number of sockets that one wait reports. The next wait reports the others. */
const MAX_EVENTS = 256

/** Waits for the sockets of a loop and for its waker. */
export interface Watch {
  /** Results of the last wait: how many sockets had an event, their numbers, and the events (POLLIN, POLLOUT, POLLERR). */
  readonly count: number
  readonly socket: Int32Array
  readonly events: Int32Array
  add(socket: number, fd: number): void
  /** Whether to wait for room to send, too. */
  awaitRoom(socket: number, fd: number, awaited: boolean): void
  wait(timeout: Nanos): void
  /** Waits for the waker alone. */
  sleep(timeout: Nanos): void
  close(): void
}

/** Bytes of the arena for a watch over this number of sockets. */
export function watchBytes(sockets: number): number {
  return Poll.bytes(Math.min(sockets, MAX_POLLED) + 1) + MAX_EVENTS * EPOLL_EVENT_SIZE + 64
}

/** A watch over socket numbers 0 … sockets − 1 and a waker. */
export function createWatch(libc: Libc, arena: Arena, waker: number, sockets: number): Watch {
  return sockets <= MAX_POLLED ? new PollWatch(libc, arena, waker, sockets) : new EpollWatch(libc, arena, waker)
}

class PollWatch implements Watch {
  count = 0
  readonly socket: Int32Array
  readonly events: Int32Array
  readonly #poll: Poll
  readonly #sockets: number

  constructor(libc: Libc, arena: Arena, waker: number, sockets: number) {
    this.#poll = new Poll(libc, arena, sockets + 1)
    this.#sockets = sockets
    this.socket = new Int32Array(sockets)
    this.events = new Int32Array(sockets)
    // poll(2): a negative descriptor is ignored.
    for (let socket = 0; socket < sockets; socket++) this.#poll.set(socket + 1, -1, 0)
    this.#poll.set(0, waker, POLLIN)
  }

  add(socket: number, fd: number): void {
    this.#poll.set(socket + 1, fd, POLLIN)
  }

  awaitRoom(socket: number, fd: number, awaited: boolean): void {
    this.#poll.set(socket + 1, fd, awaited ? POLLIN | POLLOUT : POLLIN)
  }

  wait(timeout: Nanos): void {
    this.#poll.wait(timeout)
    this.count = 0
    for (let socket = 0; socket < this.#sockets; socket++) {
      const events = this.#poll.events(socket + 1)
      if (events === 0) continue
      this.socket[this.count] = socket
      this.events[this.count] = events
      this.count += 1
    }
  }

  sleep(timeout: Nanos): void {
    this.count = 0
    this.#poll.wait(timeout, 1)
  }

  close(): void {}
}

/** epoll(7) has the sockets. ppoll waits for it, because the timeout of epoll_wait is in milliseconds. */
class EpollWatch implements Watch {
  count = 0
  readonly socket = new Int32Array(MAX_EVENTS)
  readonly events = new Int32Array(MAX_EVENTS)
  readonly #libc: Libc
  readonly #arena: Arena
  readonly #poll: Poll
  readonly #events: Region
  readonly #epoll: number

  constructor(libc: Libc, arena: Arena, waker: number) {
    this.#libc = libc
    this.#arena = arena
    this.#poll = new Poll(libc, arena, 2)
    this.#events = arena.allocate(MAX_EVENTS * EPOLL_EVENT_SIZE)
    this.#epoll = libc.epollCreate(EPOLL_CLOEXEC)
    if (this.#epoll < 0) throw engineFailure('epoll_create1', this.#epoll)
    this.#poll.set(0, waker, POLLIN)
    this.#poll.set(1, this.#epoll, POLLIN)
  }

  add(socket: number, fd: number): void {
    this.#control(EPOLL_CTL_ADD, socket, fd, EPOLLIN)
  }

  awaitRoom(socket: number, fd: number, awaited: boolean): void {
    this.#control(EPOLL_CTL_MOD, socket, fd, awaited ? EPOLLIN | EPOLLOUT : EPOLLIN)
  }

  wait(timeout: Nanos): void {
    this.count = 0
    this.#poll.wait(timeout)
    if (this.#poll.events(1) === 0) return
    const count = this.#libc.epollWait(this.#epoll, this.#events.address, MAX_EVENTS, 0)
    for (let n = 0; n < count; n++) {
      const word = (this.#events.at + n * EPOLL_EVENT_SIZE) >> 2
      this.socket[n] = this.#arena.words[word + (EPOLL_DATA >> 2)] ?? 0
      this.events[n] = this.#arena.words[word] ?? 0
    }
    this.count = Math.max(0, count)
  }

  sleep(timeout: Nanos): void {
    this.count = 0
    this.#poll.wait(timeout, 1)
  }

  close(): void {
    this.#libc.close(this.#epoll)
  }

  #control(operation: number, socket: number, fd: number, events: number): void {
    const event = new Uint8Array(EPOLL_EVENT_SIZE)
    const view = new DataView(event.buffer)
    view.setUint32(0, events, true)
    view.setUint32(EPOLL_DATA, socket, true)
    const result = this.#libc.epollControl(this.#epoll, operation, fd, event)
    if (result < 0) throw engineFailure('epoll_ctl', result)
  }
}
