/** Doubles of one socket: each socket has its own cache line, because different threads write them. */
const STRIDE = 8
const TRAFFIC = 0
const IDLE = 1

/** Counts of all sockets of a server on one port, at a time when all of them were idle. */
export interface TrafficBase {
  readonly traffic: number
  readonly drops: number | undefined
}

/**
 * Datagrams of all sockets of one server, which may be in different threads (SO_REUSEPORT, socket(7)): the kernel distributes peers over the
 * sockets, so one socket counts only part of a run with several clients. Receipts requests are not counted.
 */
export class ServerTraffic {
  readonly #columns: Float64Array
  readonly #sockets: number
  readonly #at: number

  /** @param columns memory of `doubles(sockets)`, shared by the threads */
  constructor(columns: Float64Array = new Float64Array(ServerTraffic.doubles(1)), socket = 0) {
    this.#columns = columns
    this.#sockets = columns.length / STRIDE - 1
    this.#at = (socket + 1) * STRIDE
  }

  /** Doubles for this many sockets. */
  static doubles(sockets: number): number {
    return (sockets + 1) * STRIDE
  }

  add(count: number): void {
    this.#columns[this.#at + TRAFFIC] = (this.#columns[this.#at + TRAFFIC] ?? 0) + count
  }

  get total(): number {
    return this.#sum(TRAFFIC)
  }

  markBusy(): void {
    this.#columns[this.#at + IDLE] = 0
  }

  /** Marks this socket as idle; returns whether all are. */
  markIdle(): boolean {
    this.#columns[this.#at + IDLE] = 1
    return this.#sum(IDLE) === this.#sockets
  }

  /** The counts at the last time when all sockets were idle. */
  get base(): TrafficBase {
    const [traffic = 0, drops = NaN] = this.#columns
    return { traffic, drops: Number.isNaN(drops) ? undefined : drops }
  }

  /** Stores the current counts. The caller has found all sockets idle. */
  setBase(drops: number | undefined): void {
    this.#columns[0] = this.total
    this.#columns[1] = drops ?? NaN
  }

  #sum(column: number): number {
    let sum = 0
    for (let socket = 1; socket <= this.#sockets; socket++) sum += this.#columns[socket * STRIDE + column] ?? 0
    return sum
  }
}
