import { MILLISECOND, SECOND, type Nanos } from '../../../base/nanos.ts'
import { EINTR, POLLFD_SIZE } from '../system/abi.ts'
import type { Arena, Region } from '../system/arena.ts'
import type { Libc } from '../system/libc.ts'

const TIMESPEC_SIZE = 16
const NEVER = new Int32Array(new SharedArrayBuffer(4))
/** Pause if the kernel refuses the call, ms. */
const LONGEST_PAUSE_MS = 10
/** A longer wait (ten years) has no timeout. */
const FOREVER: Nanos = 10 * 365 * 86_400 * SECOND

/** A fixed number of descriptors for ppoll(2), whose timeout is finer than the milliseconds of poll and epoll_wait. */
export class Poll {
  readonly #libc: Libc
  readonly #arena: Arena
  readonly #descriptors: Region
  readonly #timespec: Region
  readonly #most: number
  #count = 0

  constructor(libc: Libc, arena: Arena, most: number) {
    this.#libc = libc
    this.#arena = arena
    this.#most = most
    this.#descriptors = arena.allocate(most * POLLFD_SIZE)
    this.#timespec = arena.allocate(TIMESPEC_SIZE)
  }

  /** Bytes of the arena for this number of descriptors. */
  static bytes(most: number): number {
    return most * POLLFD_SIZE + TIMESPEC_SIZE + 2 * 64
  }

  /** Waits for these events (and always POLLERR) at `place` 0 … most − 1. */
  set(place: number, fd: number, events: number): void {
    const at = this.#descriptors.offsetOf(place * POLLFD_SIZE, POLLFD_SIZE)
    this.#arena.words[at >> 2] = fd
    this.#arena.words[this.#word(place)] = events
    this.#count = Math.min(this.#most, Math.max(this.#count, place + 1))
  }

  /** Waits up to this time for the first `count` places. Then `events` has what happened. */
  wait(timeout: Nanos, count = this.#count): void {
    let limit = 0
    if (timeout < FOREVER) {
      const seconds = Math.floor(timeout / SECOND)
      this.#arena.setPointer(this.#timespec.at, seconds)
      this.#arena.setPointer(this.#timespec.at + 8, timeout - seconds * SECOND)
      limit = this.#timespec.address
    }
    const result = this.#libc.ppoll(this.#descriptors.address, count, limit)
    if (result >= 0) return
    // Without a successful call the loop would spin.
    if (result !== -EINTR) Atomics.wait(NEVER, 0, 0, Math.min(timeout / MILLISECOND, LONGEST_PAUSE_MS))
    // An interrupted call leaves the events of the call before.
    for (let place = 0; place < this.#count; place++) {
      const word = this.#word(place)
      this.#arena.words[word] = (this.#arena.words[word] ?? 0) & 0xffff
    }
  }

  /** Events at a place during the last wait. */
  events(place: number): number {
    return (this.#arena.words[this.#word(place)] ?? 0) >>> 16
  }

  /** The word of a place with requested and returned events. */
  #word(place: number): number {
    return ((this.#descriptors.at + place * POLLFD_SIZE) >> 2) + 1
  }
}
