/**
 * Datagrams that the full receive buffer of one socket did not take. A socket's drop counter (SO_RXQ_OVFL, /proc/net/udp) also counts
 * datagrams with a wrong checksum and those that a filter rejected, which the kernel counts for the whole host only. The growth of the
 * host's counter is subtracted, whoever's those datagrams were, so that the count is a lower bound.
 */
export class BufferDrops {
  readonly #readDrops: () => number | undefined
  readonly #readOthers: () => number | undefined
  /** The drop counter at the last reading. */
  #drops: number | undefined
  /** The host's count of drops with another cause, read before `#drops` was. */
  #others: number | undefined
  #full = 0

  /**
   * @param readDrops the socket's drop counter
   * @param readOthers the host's count of datagrams that its sockets dropped for another reason than a full buffer
   */
  constructor(readDrops: () => number | undefined, readOthers: () => number | undefined) {
    this.#readDrops = readDrops
    this.#readOthers = readOthers
    this.#others = readOthers()
    this.#drops = readDrops()
  }

  /**
   * The drops since this object was made; it never falls. Undefined where the system shows one of the counters not. The host's counters
   * are read only if the socket's has grown since the last reading.
   */
  read(): number | undefined {
    if (this.#drops === undefined || this.#others === undefined) return undefined
    if (this.#readDrops() === this.#drops) return this.#full
    // A datagram that is dropped between two readings must be among the others of either interval: it may not be missing in both.
    const before = this.#readOthers()
    const drops = this.#readDrops()
    const after = this.#readOthers()
    if (before === undefined || drops === undefined || after === undefined) return this.#full
    this.#full += Math.max(0, drops - this.#drops - Math.max(0, after - this.#others))
    this.#drops = drops
    this.#others = before
    return this.#full
  }
}
