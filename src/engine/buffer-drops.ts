/** Columns of the state: the counters of the sockets and of the host at the last reading, and the drops so far. A lock follows. */
const DROPS = 0
const OTHERS = 1
const FULL = 2
const COLUMNS = 3
/** A thread waits for the lock at most this number of times 1 ms. */
const MAX_TRIES = 20

/**
 * Datagrams dropped because the receive buffers of a server's sockets were full. A socket's drop counter (SO_RXQ_OVFL, /proc/net/udp) also
 * counts datagrams with a wrong checksum and those that a filter rejected, and the kernel counts these for the whole host only. The growth
 * of the host's counter is subtracted, whichever socket those datagrams were for, so the count is a lower bound.
 */
export class BufferDrops {
  readonly #readDrops: () => number | undefined
  readonly #readOthers: () => number | undefined
  readonly #state: Float64Array
  readonly #lock: Int32Array

  /**
   * @param readDrops the drop counter of the socket, or the sum of several
   * @param readOthers the host's count of datagrams that its sockets dropped for another reason than a full buffer
   * @param memory shared by the threads that read the same sockets, so that all read the same number
   */
  constructor(
    readDrops: () => number | undefined,
    readOthers: () => number | undefined,
    memory: ArrayBufferLike = BufferDrops.memory(),
  ) {
    this.#readDrops = readDrops
    this.#readOthers = readOthers
    this.#state = new Float64Array(memory, 0, COLUMNS)
    this.#lock = new Int32Array(memory, COLUMNS * 8, 1)
    const state = this.#state
    if (!Number.isNaN(state[DROPS])) return
    state[OTHERS] = readOthers() ?? NaN
    state[DROPS] = readDrops() ?? NaN
  }

  /** Memory for a state without readings. */
  static memory(): SharedArrayBuffer {
    const memory = new SharedArrayBuffer(COLUMNS * 8 + 8)
    new Float64Array(memory, 0, COLUMNS).set([NaN, NaN, 0])
    return memory
  }

  /**
   * The drops since the first object on this memory was created. Never falls. Undefined if the system does not show one of the counters.
   * The host's counters are read only if the sockets' have grown since the last reading.
   */
  read(): number | undefined {
    const state = this.#state
    if (Number.isNaN(state[DROPS]) || Number.isNaN(state[OTHERS])) return undefined
    if (this.#readDrops() !== state[DROPS] && this.#acquire()) {
      this.#advance()
      Atomics.store(this.#lock, 0, 0)
      Atomics.notify(this.#lock, 0)
    }
    return state[FULL]
  }

  #advance(): void {
    const state = this.#state
    const [since = 0, othersSince = 0, full = 0] = state
    // Read the other drops both before and after: a datagram dropped between two readings must be among the others of at least one
    // interval.
    const before = this.#readOthers()
    const drops = this.#readDrops()
    const after = this.#readOthers()
    if (before === undefined || drops === undefined || after === undefined) return
    state[FULL] = full + Math.max(0, drops - since - Math.max(0, after - othersSince))
    state[DROPS] = drops
    state[OTHERS] = before
  }

  /** Takes the lock, which another thread holds for a fraction of a millisecond. False if that failed. */
  #acquire(): boolean {
    for (let tries = 0; Atomics.compareExchange(this.#lock, 0, 0, 1) !== 0; tries++) {
      if (tries === MAX_TRIES) return false
      Atomics.wait(this.#lock, 0, 1, 1)
    }
    return true
  }
}
